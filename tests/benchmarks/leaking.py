"""Count the files below a folder that still hold an identifier.

Owns: shares nothing with the program: plain bytes, any case, as ASCII and UTF-16.
"""

import sys
from collections.abc import Collection
from pathlib import Path

# Family name, given name, ID: long enough that noise does not hold them by chance.
PEOPLE = (
    ("Zweifelhofer", "Adalinde", "HX-2044171"),
    ("Brandauer-Qasimov", "Benedikta", "HX-3319025"),
    ("Villanueva", "Cleophas", "HX-4400118"),
    ("Nakagawa", "Dorothea", "HX-5500126"),
)
NAMED = tuple(part for family, _, number in PEOPLE for part in (*family.split("-"), number))


def main() -> None:
    """Print both numbers for a folder; apart from the process that measures, which must stay small."""
    print(*leaking(Path(sys.argv[1]), NAMED))


def leaking(folder: Path, identifiers: Collection[str]) -> tuple[int, int]:
    """Return how many DICOM files there are, and in how many an identifier stands, their names included."""
    forms = [
        form.lower()
        for one in identifiers
        for form in (one.encode(), one.encode("utf-16-le"), one.encode("utf-16-be"))
    ]
    found = total = 0
    for path in folder.rglob("*"):
        if path.is_file() and is_dicom(data := path.read_bytes()):
            total += 1
            text = data.lower() + path.name.lower().encode()
            found += any(form in text for form in forms)
    return total, found


def is_dicom(data: bytes) -> bool:
    """Tell whether it is a DICOM file, by its prefix."""
    return data[128:132] == b"DICM"


if __name__ == "__main__":
    main()
