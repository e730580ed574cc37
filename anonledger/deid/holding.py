"""Tell whether an instance holds certain elements, at any depth.

Owns: a file that cannot be followed is said to hold them, for nobody knows.
"""

from collections.abc import Collection

from anonledger.deid.elements import BrokenDataError, Buffer
from anonledger.deid.form import NotDicomError, open_form


def holds(data: Buffer, tags: Collection[int]) -> bool:
    """Return whether one of the tags (0xGGGGEEEE) is in a data set, or in an item at any depth."""
    try:
        elements, _ = open_form(data).walk()
    except NotDicomError:
        return False
    except BrokenDataError:
        return True
    return any(element.tag in tags for element in elements)
