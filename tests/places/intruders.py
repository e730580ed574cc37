"""Places: odd names, links and pipes, and archives that mean harm.

Owns: what is no file need not be accounted for; every image is.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.places.hostile import hostile, notes, whole
from tests.places.outside import Files, zipped
from tests.places.people import Person
from tests.places.place import Cast, Place, Source, instance
from tests.places.wire import EXPLICIT, IMPLICIT


def made(title: str, name: str, how: Callable[[Path], None], more: bool = False) -> Place:
    """Return a place: something in the folder that is no file; it need not be accounted for."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        yield Source(name.replace("§", who.family), b"", make=how, optional=True)

    return hostile(title, make, more)


def named(title: str, *names: str | bytes | Callable[[Person], str], more: bool = False) -> Place:
    """Return a place: good files of odd names."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        for name in names:
            yield instance(cast, who, notes(who), EXPLICIT, name(who) if callable(name) else name)

    return hostile(title, make, more)


def packed(
    title: str,
    pack: Callable[[Person, Files], bytes],
    name: str = "bad.zip",
    more: bool = False,
    inside: bool = True,
) -> Place:
    """Return a place: an archive of two images, in some way wrong."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        held = tuple(instance(cast, who, notes(who), syntax) for syntax in (EXPLICIT, IMPLICIT))
        yield Source(name, pack(who, {str(s.path): s.data for s in held}), held=held if inside else ())

    return hostile(title, make, more)


def _loop(path: Path) -> None:
    path.symlink_to(".")


def _dangling(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def _encrypted(files: Files) -> bytes:
    data = bytearray(zipped(files))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def _twice(_: Person, files: Files) -> bytes:
    one, two = files.values()
    return zipped({"im1.dcm": one, "im2.dcm": two}).replace(b"im2.dcm", b"im1.dcm")


def _unreadable(cast: Cast, who: Person) -> Iterator[Source]:
    source = instance(cast, who, notes(who), EXPLICIT, "bad.dcm")

    def make(path: Path) -> None:
        path.write_bytes(source.data)
        path.chmod(0)

    yield replace(source, make=make)


def _case_only(cast: Cast, who: Person) -> Iterator[Source]:
    for name in ("scan.dcm", "SCAN.dcm", "Scan.DCM"):
        yield instance(cast, who, notes(who), EXPLICIT, name)


NAMES = [
    named(
        "file name with line break, quotes and emoji", lambda w: f"a\n\"b' \N{GRINNING FACE} {w.family}.dcm"
    ),
    named("file name of 240 letters", lambda w: f"{w.family}_".ljust(236, "x") + ".dcm"),
    named("file name in bytes that are no UTF-8", b"sc\xe4n-\xff.dcm"),
    hostile("file names that differ in case only", _case_only),
    named(
        "folders that become one when the name is taken out",
        lambda w: f"{w.family}/im.dcm",
        lambda w: f"{w.given}/im.dcm",
    ),
    hostile("file without read permission", _unreadable),
    made("symbolic link to its own folder (a loop)", "loop", _loop),
    made("dangling symbolic link named after the patient", "§.dcm", _dangling),
    made("named pipe (a reader would wait for ever)", "pipe.dcm", lambda path: os.mkfifo(path)),
]

PACKED = [
    packed(
        "zip with an absolute member name",
        lambda w, f: zipped({f"/tmp/{w.family}/{n}": d for n, d in f.items()}),
    ),
    packed(
        "zip with backslashes and a drive letter",
        lambda w, f: zipped({f"C:\\{w.family}\\..\\{n}": d for n, d in f.items()}),
    ),
    packed("zip bomb (64 MiB of zeros)", lambda w, f: zipped({**f, f"{w.family}.bin": bytes(2**26)})),
    packed("zip cut in half", lambda w, f: zipped(f)[: len(zipped(f)) // 2]),
    packed("zip that says it is encrypted", lambda w, f: _encrypted(f)),
    packed("zip with one name twice", _twice),
    whole("zip without members", "empty.zip", lambda w: zipped({}), optional=True),
    whole("extension .zip on a text file", "text.zip", lambda w: w.plain.encode()),
]

MORE = [
    packed(
        "zip with ../ in a member name",
        lambda w, f: zipped({f"../../{w.family}/{n}": d for n, d in f.items()}),
        more=True,
    ),
    made("symbolic link to a folder above", "up", lambda p: p.symlink_to(".."), more=True),
]
# Other systems do not allow such names, nor links to everybody.
PLACES = [*(NAMES if os.name == "posix" else []), *PACKED, *MORE]
