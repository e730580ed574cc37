"""Places: paths, archives, directories of media, files beside the images.

Owns: the name is never in the DICOM but where DICOM has it.
"""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from unicodedata import normalize

from tests.places.container import pdf
from tests.places.people import Person
from tests.places.place import Cast, Place, Source, instance
from tests.places.wire import EXPLICIT, IMPLICIT, SHIPPED, Element, amid

PATHS, ARCHIVES, MEDIA, BESIDE = "Paths", "Archives", "DICOMDIR", "Files beside the images"
STRIP = str.maketrans("éáóúÉÁÓÚ", "eaouEAOU")
Files = dict[str, bytes]


def path(title: str, *names: Callable[[Person], str], script: str = "latin", more: bool = False) -> Place:
    """Return a place: ordinary images below folders, or with file names, made of the name."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person(script)
        for name in names:
            yield instance(cast, who, [], EXPLICIT, name(who))
            yield instance(cast, who, [], IMPLICIT, name(who) + "2")

    return Place(PATHS, title, plant, mirror=True, more=more)


PATH_PLACES = [
    path(
        "folder named after the patient",
        lambda w: f"{w.family}_{w.given}/MR/im1.dcm",
        lambda w: f"{w.family.upper()}^{w.given.upper()}/im2.dcm",
    ),
    path("folder: given name first, spaces", lambda w: f"{w.given} {w.family}/scan 1/im1.dcm"),
    path(
        "file without extension, lower case",
        lambda w: f"raw/{w.family}{w.given}".lower(),
        lambda w: f"raw/{w.given}.{w.family}.001".lower(),
    ),
    path("folder with accents (NFC)", lambda w: f"{w.family} {w.given}/im1.dcm", script="acute"),
    path(
        "folder with the accents stripped",
        lambda w: f"{w.family}_{w.given}/im1.dcm".translate(STRIP),
        script="acute",
    ),
    path("top-level folder named after the patient", lambda w: f"/{w.given}_{w.family}/im1.dcm"),
    path(
        "folder with the number of the patient",
        lambda w: f"id-{w.patient_id}/im1.dcm",
        lambda w: f"{w.patient_id.lower()}/x/im2.dcm",
        more=True,
    ),
    path(
        "initial and surname in a folder",
        lambda w: f"{w.given[0]}{w.family}/im1.dcm".lower(),
        lambda w: f"{w.family}.{w.given[0]}/im2.dcm",
        more=True,
    ),
    path(
        "folder with decomposed accents (NFD)",
        lambda w: normalize("NFD", f"{w.family} {w.given}") + "/im1.dcm",
        script="umlaut",
        more=True,
    ),
    path("folder in Cyrillic", lambda w: f"{w.family} {w.given}/im1.dcm", script="cyrillic", more=True),
    path("surname and given name as two levels", lambda w: f"{w.family}/{w.given}/im1.dcm", more=True),
]


def zipped(
    files: Files, *, compress: int = zipfile.ZIP_DEFLATED, comment: bytes = b"", extra: bytes = b""
) -> bytes:
    """Return a zip of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, data, compress_type=compress)
        archive.comment = comment
    return stream.getvalue()


def tarred(files: Files, mode: str) -> bytes:
    """Return a tar of files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def archive(
    title: str,
    pack: Callable[[Person, Files], tuple[str, bytes]],
    rename: Callable[[Person, str], str] = lambda _, name: name,
    more: bool = False,
    script: str = "latin",
) -> Place:
    """Return a place: two images in an archive, whose name and bytes ``pack`` returns."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person(script)
        planted = [Element(0x00204000, "LT", amid("seen § today", who.plain))]
        held = [instance(cast, who, planted, EXPLICIT), instance(cast, who, planted, IMPLICIT)]
        held = [replace(s, path=rename(who, f"case/{s.path!s}")) for s in held]
        name, data = pack(who, {str(s.path): s.data for s in held})
        yield Source(name, data, held=tuple(held))

    return Place(ARCHIVES, title, plant, mirror=True, more=more)


def _field(who: Person) -> bytes:
    text = who.plain.encode()
    return b"\xfe\xca" + len(text).to_bytes(2, "little") + text


ARCHIVE_PLACES = [
    archive("zip: neutral names inside and out", lambda w, f: ("a.zip", zipped(f))),
    archive(
        "zip: the archive is named after the patient", lambda w, f: (f"{w.family}_{w.given}.zip", zipped(f))
    ),
    archive(
        "zip: member files named after the patient",
        lambda w, f: ("a.zip", zipped(f)),
        lambda w, n: f"{w.family} {w.given}/{w.family.lower()}_{n}".replace("case/", ""),
    ),
    archive("zip: archive comment", lambda w, f: ("a.zip", zipped(f, comment=f"for {w.plain}".encode()))),
    archive("zip: extra field of a member", lambda w, f: ("a.zip", zipped(f, extra=_field(w)))),
    archive("zip: stored, not compressed", lambda w, f: ("a.zip", zipped(f, compress=zipfile.ZIP_STORED))),
    archive("zip inside a zip", lambda w, f: ("a.zip", zipped({f"{w.family}.zip": zipped(f)}))),
    archive(
        "zip: text file with the name next to the images",
        lambda w, f: ("a.zip", zipped({**f, "readme.txt": f"{w.plain} {w.patient_id}".encode()})),
    ),
    archive(
        "tar.gz with members named after the patient",
        lambda w, f: ("a.tar.gz", tarred(f, "w:gz")),
        lambda w, n: f"{w.family}/{n}",
        more=True,
    ),
    archive(
        "tar.bz2 and tar.xz, one in the other",
        lambda w, f: ("a.tar.bz2", tarred({"b.tar.xz": tarred(f, "w:xz")}, "w:bz2")),
        more=True,
    ),
    archive(
        "zip: member names in UTF-8",
        lambda w, f: ("a.zip", zipped(f)),
        lambda w, n: f"{w.family} {w.given}/{n}",
        script="cyrillic",
        more=True,
    ),
    archive(
        "zip: bzip2 and the name in a note without extension",
        lambda w, f: ("a.zip", zipped({**f, "NOTE": f"{w.plain}".encode()}, compress=zipfile.ZIP_BZIP2)),
        more=True,
    ),
]


def directory(title: str, name: str, shipped: str, more: bool = False) -> Place:
    """Return a place: a DICOMDIR of pydicom, its first patient's name changed; the image's path as well."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person()
        data = (SHIPPED / "test_files" / "dicomdirtests" / shipped).read_bytes()
        for old in (b"Doe^Archibald ", b"Doe^Peter", b"TINY_ALPHA"):
            data = data.replace(old, who.family.upper().encode().ljust(len(old))[: len(old)])
        if "path" in title:
            old = b"77654033\\"
            data = data.replace(old, who.family.upper().encode().ljust(8, b"X")[:8] + b"\\")
        yield Source(name, data)
        yield instance(cast, who, [], EXPLICIT, f"{who.family.upper()[:8]}/IM1")

    return Place(MEDIA, title, plant, may_hold=True, more=more, mirror=True)


MEDIA_PLACES = [
    directory("DICOMDIR: patient record (or quarantine)", "DICOMDIR", "DICOMDIR"),
    directory("DICOMDIR: name in the path of the image (or quarantine)", "DICOMDIR", "DICOMDIR"),
    directory("DICOMDIR under another name (or quarantine)", "index.dcm", "DICOMDIR-implicit", more=True),
    directory("DICOMDIR in big endian (or quarantine)", "DICOMDIR", "DICOMDIR-bigEnd", more=True),
]


def beside(
    title: str, name: Callable[[Person], str], data: Callable[[Person], bytes], more: bool = False
) -> Place:
    """Return a place: a file that is no DICOM next to an image."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person()
        yield instance(cast, who, [], EXPLICIT)
        yield Source(name(who), data(who))

    return Place(BESIDE, title, plant, may_hold=True, more=more, mirror=True)


def _table(who: Person) -> bytes:
    return f"name;id;turns\n{who.plain};{who.patient_id};12\n".encode()


def _desktop(who: Person) -> bytes:
    return b"\0\0\0\1Bud1" + bytes(24) + f"{who.family}_{who.given}".encode("utf-16-be") + b"Iloc" + bytes(40)


def _nifti(who: Person) -> bytes:
    return (348).to_bytes(4, "little") + bytes(144) + who.plain.encode()[:79].ljust(80, b"\0") + bytes(200)


BESIDE_PLACES = [
    beside("spreadsheet export beside the images (or quarantine)", lambda w: "export.csv", _table),
    beside("PDF report named after the patient (or quarantine)", lambda w: f"{w.family}_{w.given}.pdf", pdf),
    beside("hidden desktop file (.DS_Store) (or quarantine)", lambda w: ".DS_Store", _desktop),
    beside(
        "NIfTI image with the name in its description (or quarantine)",
        lambda w: "image.nii",
        _nifti,
        more=True,
    ),
    beside("table without extension (or quarantine)", lambda w: "table", _table, more=True),
    beside(
        "gradients named after the patient (or quarantine)",
        lambda w: f"{w.family.lower()}.bval",
        lambda w: b"0 1000 1000",
        more=True,
    ),
    beside(
        "log file with the login (or quarantine)",
        lambda w: "scan.log",
        lambda w: f"user {w.given[0]}{w.family} in".lower().encode(),
        more=True,
    ),
    beside(
        "Thumbs.db in UTF-16 (or quarantine)",
        lambda w: "Thumbs.db",
        lambda w: b"\xd0\xcf\x11\xe0" + w.plain.encode("utf-16-le"),
        more=True,
    ),
]

PLACES = [*PATH_PLACES, *ARCHIVE_PLACES, *MEDIA_PLACES, *BESIDE_PLACES]
