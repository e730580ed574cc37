"""Build archives in memory and look at them the way the hall does.

Owns: what the tests of this room share.
"""

import hashlib
import io
import tarfile
import warnings
import zipfile
from pathlib import Path

from anonledger.outcomes import DropReason, QuarantineReason
from anonledger.records import Evidence, Examined, Header, Inspected
from anonledger.sources.archives import Limits
from anonledger.sources.contents import Buffer
from anonledger.sources.examine import examine
from anonledger.sources.walk import walk

DROPPED = frozenset({"pdf", "txt", "docx"})
DICOM = b"DICM made up"
Members = list[tuple[str, bytes]]


def zip_of(members: Members, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip; a name may come more than once."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", compression) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return file.getvalue()


def tar_of(members: Members, mode: str = "w") -> bytes:
    """Return a tar; mode "w:gz", "w:bz2" or "w:xz" compresses it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def nested(depth: int) -> bytes:
    """Return archives in archives, zip and tar in turn, with an instance at every level."""
    data = DICOM
    for level in range(depth, 0, -1):
        data = (zip_of if level % 2 else tar_of)([(f"{level}", data), (f"{level}.dcm", DICOM)])
    return data


def sha256(data: bytes) -> str:
    """Return 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def inspect(buffer: Buffer, name: str) -> Inspected:
    """Tell by the first letters what a made-up file is."""
    match bytes(buffer[:4]):
        case b"DICM":
            return Inspected(Header("1.2", "2.3", "3.4", "4.5", Evidence(patient_id=name)))
        case b"DIR!":
            return Inspected(drop=DropReason.DICOMDIR)
        case b"CUT!":
            return Inspected(trouble=QuarantineReason.TRUNCATED, where="(0010,0010)")
        case _:
            return Inspected()


def look(path: Path, scratch: Path, limits: Limits | None = None) -> list[Examined]:
    """Walk and examine."""
    return [seen for found in walk([path]) for seen in examine(found, scratch, DROPPED, inspect, limits)]


def brief(seen: list[Examined]) -> list[tuple[str, str]]:
    """Return where each lies and what became of it: the trouble, the reason it was dropped, or what it is."""
    return [
        (
            "/".join([one.location.path, *one.location.members]),
            str(one.trouble or one.drop or one.disposition),
        )
        for one in seen
    ]
