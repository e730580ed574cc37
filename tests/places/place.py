"""A place where a name is planted, and the files that are written for it.

Owns: every file of a place is known by its bytes, and every instance by a UID of its own.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests.places.people import Person, Town
from tests.places.wire import (
    SYNTAXES,
    Element,
    Elements,
    Mixed,
    Spot,
    Syntax,
    body,
    encode,
    image,
    merged,
    spots,
    wrapped,
)

ROOT = "1.2.826.0.1.3680043.10.5432"
MR = b"1.2.840.10008.5.1.4.1.1.4"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to write. ``uid``: of its instance, "" for none; ``spots``: what was planted in elements.

    ``path``: below the folder of the place, or below the tree if it begins with "/"; ``held``: bytes of which
    an archive is made. ``meant``: the bytes to compare with, if not the data. ``loose``: too broken for that.
    ``make``: makes what is no file, given the path. ``optional``: there is nothing in it to account for.
    """

    path: str | bytes
    data: bytes
    uid: str = ""
    spots: tuple[Spot, ...] = ()
    held: tuple["Source", ...] = ()
    loose: bool = False
    meant: bytes = b""
    optional: bool = False
    make: Callable[[Path], None] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Cast:
    """Who and what a place is filled with: its people, its number, and the instances counted."""

    town: Town
    number: int
    people: list[Person] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    count: int = 0

    def person(self, script: str = "latin", **changes: object) -> Person:
        """Return somebody whose name must be nowhere."""
        made = self.town.person(script, **changes)
        self.people.append(made)
        return made

    def uid(self) -> str:
        """Return the UID of the next instance."""
        self.count += 1
        return f"{ROOT}.{self.number}.{self.count}"


Plant: TypeAlias = Callable[[Cast], Iterator[Source]]
Grow: TypeAlias = Callable[[Person], Elements]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the list. ``may_hold``: holding it back is as good; ``more``: beyond the list."""

    group: str
    title: str
    plant: Plant
    may_hold: bool = False
    stretch: bool = False
    more: bool = False
    mirror: bool = False


def text(value: str | Mixed | bytes, codec: str = "utf-8") -> bytes | Mixed:
    """Return a value of text as bytes."""
    return encode(value, codec) if isinstance(value, str) else value


def basis(who: Person, uid: str, charset: str | None = "ISO_IR 192", codec: str = "utf-8") -> Elements:
    """Return the elements of an ordinary image; nothing in it but PatientName and PatientID names anybody."""
    study = uid.rsplit(".", 1)[0].encode()
    values: list[tuple[int, str, str | bytes | tuple[float, ...]]] = [
        (0x00080008, "CS", "ORIGINAL\\PRIMARY\\M\\NORM"),
        (0x00080016, "UI", MR),
        (0x00080018, "UI", uid),
        (0x00080020, "DA", "20200304"),
        (0x00080030, "TM", "112233.5"),
        (0x00080060, "CS", "MR"),
        (0x00080070, "LO", "SIEMENS"),
        (0x00080080, "LO", "Sankt Gereon Clinic"),
        (0x00080090, "PN", "Quexley^Ulf"),
        (0x00081030, "LO", "Head routine"),
        (0x0008103E, "LO", "HEAD_AXIAL t1 mprage"),
        (0x00100010, "PN", encode(who.caret, codec)),
        (0x00100020, "LO", who.patient_id),
        (0x00100030, "DA", who.birth_date),
        (0x00100040, "CS", "F"),
        (0x00180015, "CS", "HEAD"),
        (0x00180050, "DS", "1.5"),
        (0x00181030, "LO", "Brain^Routine scan"),
        (0x0020000D, "UI", study + b".0.1"),
        (0x0020000E, "UI", study + b".0.2"),
        (0x00200010, "SH", "4"),
        (0x00200011, "IS", "2"),
        (0x00200013, "IS", uid.rsplit(".", 1)[1]),
        (0x00200032, "DS", "-1.5\\20\\33.125"),
        (0x00290010, "LO", "ACME KEEP"),
        (0x00291001, "OB", bytes(range(1, 33)) + b"kept words"),
        (0x00291002, "LO", "gain 4, le bruit"),
        (0x7FE10010, "LO", "ACME TAIL"),
        (0x7FE11001, "OB", b"behind the pixels\0"),
    ]
    made = [Element(tag, vr, v if isinstance(v, tuple) else text(v)) for tag, vr, v in values]
    if charset is not None:
        made.insert(0, Element(0x00080005, "CS", text(charset)))
    made.append(Element(0x00081140, "SQ", [[Element(0x00081155, "UI", study + b".9.9")]]))
    return made


def instance(
    cast: Cast,
    who: Person,
    planted: Elements,
    syntax: Syntax,
    path: str | bytes = "",
    *,
    charset: str | None = "ISO_IR 192",
    codec: str = "utf-8",
    without: Sequence[int] = (),
    meta: Elements | None = None,
    preamble: bytes = b"\0" * 128,
    behind: bytes = b"",
    tail: bytes = b"",
) -> Source:
    """Return the file of an image with something planted; ``tail`` is data set, ``behind`` is behind it."""
    uid = cast.uid()
    elements = merged([*basis(who, uid, charset, codec), *image(syntax)], planted)
    elements = [e for e in elements if e.tag not in without]
    content = body(elements, syntax, undefined=syntax.implicit or syntax.deflated)
    data = wrapped(content + tail, syntax, meta=meta, preamble=preamble, behind=behind)
    name = path or f"{syntax.name}{cast.count}.dcm"
    return Source(name, data, uid, tuple(spots(elements)), meant=wrapped(content, syntax))


def dicom(
    group: str,
    title: str,
    grow: Grow,
    *,
    script: str = "latin",
    charset: str | None = "ISO_IR 192",
    codec: str = "utf-8",
    syntaxes: Sequence[Syntax] = SYNTAXES,
    person: Callable[[Cast], Person] | None = None,
    without: Sequence[int] = (),
    may_hold: bool = False,
    stretch: bool = False,
    more: bool = False,
) -> Place:
    """Return a place in the data set, written in each of the transfer syntaxes."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = person(cast) if person else cast.person(script)
        for syntax in syntaxes:
            yield instance(cast, who, grow(who), syntax, charset=charset, codec=codec, without=without)

    return Place(group, title, plant, may_hold, stretch, more)
