"""The hall: decides the order of things, and has the rooms do them.

Owns: the only place that knows all the rooms.
"""
