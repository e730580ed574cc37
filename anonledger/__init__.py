"""Pseudonymize DICOM studies together with their demographics table.

Owns: the version number.
"""

__version__ = "0.1.0"
