"""The command line: takes options, presents what the hall returns, exits.

Owns: the only place that prints; no rule, no SQL, no DICOM.
"""
