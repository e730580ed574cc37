"""De-identify one instance: source bytes in, spans of bytes out, and a check of what was written.

Owns: what no rule decided on is copied byte for byte.
"""
