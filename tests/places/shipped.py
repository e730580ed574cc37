"""Places: every file that comes with pydicom, somebody's name put into it.

Owns: there is a place for each transfer syntax that pydicom ships files for.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement
from pydicom.uid import UID

from tests.places.comparison import GIVES_UP
from tests.places.people import Person
from tests.places.place import Cast, Place, Source
from tests.places.wire import SHIPPED, Spot

GROUP = "Files that come with pydicom"
MR = "1.2.840.10008.5.1.4.1.1.4"
# Classes that are held back by default: secondary captures, ultrasound, photographs.
RISKY = (
    "1.2.840.10008.5.1.4.1.1.7",
    "1.2.840.10008.5.1.4.1.1.6",
    "1.2.840.10008.5.1.4.1.1.77",
    "1.2.840.10008.5.1.4.1.1.3",
)

# Other patients' names in sequences; cut off.
UNFIT = ("chrSQEncoding", "chrSQEncoding1", "rtplan_truncated")


def files() -> dict[str, list[Path]]:
    """Return the files by the names of their transfer syntaxes; files without one are left out."""
    found: dict[str, list[Path]] = {}
    for folder in ("test_files", "charset_files"):
        for path in sorted((SHIPPED / folder).glob("*.dcm")):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                syntax = dcmread(path, force=True, stop_before_pixels=True).file_meta.get("TransferSyntaxUID")
            if syntax and path.stem not in UNFIT:
                found.setdefault(UID(syntax).name, []).append(path)
    return found


def _planted(path: Path, who: Person, uid: str) -> Source | None:
    """Return a file with somebody in it, None if pydicom cannot write what it has read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = dcmread(path, force=True)
            _fill(dataset, who, uid)
            stream = io.BytesIO()
            dataset.save_as(stream, enforce_file_format=True)
            dcmread(io.BytesIO(stream.getvalue()))
    except GIVES_UP:
        return None
    spots = (
        Spot((0x00204000,), "LT", (b"seen ", who.plain.encode(), b" today")),
        Spot((0x00081030,), "LO", (b"study of ", who.family.encode(), b"")),
        Spot((0x00091001,), "OB", (b"\1\2\3", who.caret.encode(), b"\4\5")),
    )
    return Source(path.name, stream.getvalue(), uid, spots)


def _fill(dataset: Dataset, who: Person, uid: str) -> None:
    for tag, vr, value in (
        (0x00080018, "UI", uid), (0x00100010, "PN", who.caret), (0x00100020, "LO", who.patient_id),
        (0x00100030, "DA", who.birth_date), (0x0020000D, "UI", uid + ".1"), (0x0020000E, "UI", uid + ".2"),
        (0x00204000, "LT", f"seen {who.plain} today"), (0x00081030, "LO", f"study of {who.family}"),
        (0x00090010, "LO", "ACME 1.1"), (0x00091001, "OB", b"\1\2\3" + who.caret.encode() + b"\4\5"),
    ):  # fmt: skip
        dataset[tag] = DataElement(tag, vr, value)
    if str(dataset.get("SOPClassUID", "")).startswith(RISKY):
        dataset[0x00080016] = DataElement(0x00080016, "UI", MR)
    if dataset.get("Modality") == "US":
        dataset.Modality = "MR"
    for keyword in ("ImageType", "ConversionType", "BurnedInAnnotation", "OtherPatientNames"):
        if keyword in dataset:
            del dataset[keyword]


def _plant(paths: list[Path], cast: Cast) -> Iterator[Source]:
    who = cast.person("long")
    for path in paths:
        made = _planted(path, who, cast.uid())
        if made is not None:
            yield replace(made, path=f"{path.parent.name}/{path.name}")


PLACES = [
    Place(GROUP, f"pydicom: {name}", partial(_plant, paths), more=True)
    for name, paths in sorted(files().items())
]
