"""Places: broken and hostile input.

Owns: each file speaks of its patient, and a good file of the patient lies beside it.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tests.places.people import Person
from tests.places.place import Cast, Place, Source, basis, instance
from tests.places.wire import (
    BIG,
    EXPLICIT,
    IMPLICIT,
    ITEM,
    JPEG,
    SEQUENCE_END,
    UNDEFINED,
    Element,
    Elements,
    amid,
    body,
    image,
    item,
    merged,
    raw,
    wrapped,
)

GROUP = "Broken and hostile input"
Make = Callable[[Cast, Person], Iterator[Source]]


def notes(who: Person) -> Elements:
    """Return texts that name somebody."""
    return [
        Element(0x00204000, "LT", amid("seen § today, no. §", who.plain, who.patient_id)),
        Element(0x00081040, "LO", amid("ward of §", who.caret)),
    ]


def hostile(title: str, make: Make, more: bool = False) -> Place:
    """Return a place; a good file of the patient tells the name."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person()
        yield instance(cast, who, [], EXPLICIT, "good.dcm")
        yield from make(cast, who)

    return Place(GROUP, title, plant, may_hold=True, more=more, mirror=True)


def changed(title: str, change: Callable[[bytes], bytes], more: bool = False) -> Place:
    """Return a place: a file with the name in it, its bytes changed."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        made = instance(cast, who, notes(who), EXPLICIT, "bad.dcm")
        yield replace(made, data=change(made.data), loose=True)

    return hostile(title, make, more)


def added(
    title: str, grow: Callable[[Person], bytes], more: bool = False, loose: bool = True, front: bool = False
) -> Place:
    """Return a place: raw bytes of elements behind the last one of group 0040 or less."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        uid = cast.uid()
        elements = merged([*basis(who, uid), *image(EXPLICIT)], notes(who))
        low, high = [e for e in elements if e.tag < 0x00410000], [e for e in elements if e.tag > 0x00410000]
        content = grow(who) + body(low) if front else body(low) + grow(who)
        yield Source("bad.dcm", wrapped(content + body(high)), uid, loose=loose)

    return hostile(title, make, more)


def whole(
    title: str, name: str, data: Callable[[Person], bytes], more: bool = False, optional: bool = False
) -> Place:
    """Return a place: a file that is no instance; ``optional``: there is nothing in it to account for."""

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        yield Source(name, data(who), optional=optional)

    return hostile(title, make, more)


def _long_name(cast: Cast, who: Person) -> Iterator[Source]:
    letters = "".join(cast.town.word() for _ in range(1500))[:10000]
    planted = [
        Element(0x00100010, "PN", letters.encode()),
        Element(0x00204000, "LT", amid("seen § today", letters)),
    ]
    yield replace(instance(cast, who, planted, EXPLICIT, "bad.dcm"), loose=True)


def _other_syntax(claimed: str, written: str) -> Make:
    syntaxes = {"explicit": EXPLICIT, "implicit": IMPLICIT, "big": BIG}

    def make(cast: Cast, who: Person) -> Iterator[Source]:
        uid = cast.uid()
        content = body(merged([*basis(who, uid), *image(EXPLICIT)], notes(who)), syntaxes[written])
        yield Source("bad.dcm", wrapped(content, syntaxes[claimed]), uid, loose=True)

    return make


def _no_delimiter(cast: Cast, who: Person) -> Iterator[Source]:
    uid = cast.uid()
    elements = merged([*(e for e in basis(who, uid) if e.tag < 0x7FE00000), *image(JPEG)], notes(who))
    yield Source("bad.dcm", wrapped(body(elements, JPEG)[:-8], JPEG), uid, loose=True)


def _two_in_one(cast: Cast, who: Person) -> Iterator[Source]:
    first, second = (instance(cast, who, notes(who), EXPLICIT) for _ in range(2))
    yield replace(first, path="bad.dcm", data=first.data + second.data, loose=True)


def _deep(who: Person) -> bytes:
    start = raw(0x0040A730, "SQ", b"", length=UNDEFINED) + raw(ITEM, "", b"", length=UNDEFINED)
    end = raw(0xFFFEE00D, "", b"") + raw(SEQUENCE_END, "", b"")
    return start * 500 + body(notes(who)) + end * 500


def _png() -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\0\0\0\0:~\x9bU\0\0\0\0IEND\xaeB`\x82"


def _meta_length(data: bytes) -> bytes:
    return data[:140] + struct.pack("<L", 4711) + data[144:]


def _middle(data: bytes) -> bytes:
    return data[: data.index(b"ward of") + 9]


def _reversed_elements(cast: Cast, who: Person) -> Iterator[Source]:
    uid = cast.uid()
    elements = merged([*basis(who, uid), *image(EXPLICIT)], notes(who))
    yield Source("bad.dcm", wrapped(body(elements[::-1])), uid, loose=True)


BAD_SEQUENCE = partial(raw, 0x00400275, "SQ")
DEFECTS = [
    changed("cut in the middle of the header", _middle),
    changed("cut after 100 bytes", lambda d: d[:100]),
    changed("nothing after the DICM prefix", lambda d: d[:132]),
    added(
        "text in a US element",
        lambda w: raw(0x0040A0B0, "US", f"{w.family} ".encode()[: len(w.family) // 2 * 2]),
    ),
    added("unknown VR letters", lambda w: raw(0x0040A123, "ZZ", w.caret.encode())),
    added(
        "undefined length on a text element",
        lambda w: raw(0x0040A160, "UT", w.plain.encode(), length=UNDEFINED),
    ),
    added("sequences of undefined length, 500 deep", _deep),
    added(
        "sequence without its delimiter",
        lambda w: BAD_SEQUENCE(item(body(notes(w)), EXPLICIT, True), length=UNDEFINED),
    ),
    added("sequence whose item has a wrong tag", lambda w: BAD_SEQUENCE(raw(0xFFFEE0FF, "", body(notes(w))))),
    hostile("elements out of order", _reversed_elements),
    changed("wrong group length of the file meta", _meta_length),
    hostile("transfer syntax says implicit, bytes are explicit", _other_syntax("implicit", "explicit")),
    hostile("transfer syntax says big endian, bytes are little endian", _other_syntax("big", "explicit")),
    hostile("compressed pixel data without sequence delimiter", _no_delimiter),
    changed("no preamble and no DICM prefix", lambda d: d[144 + int.from_bytes(d[140:144], "little") :]),
    hostile("two DICOM files in one", _two_in_one),
    changed("HTML page before the DICOM data", lambda d: b"<html><body>not found</body></html>\n" + d),
    whole(
        "extension .dcm on a text file",
        "notes.dcm",
        lambda w: f"{w.plain}, no. {w.patient_id}\n".encode() * 20,
    ),
    whole("extension .dcm on a PNG", "shot.dcm", lambda w: _png() + w.plain.encode()),
    hostile("PatientName of ten thousand letters", _long_name),
]

MORE = [
    changed(
        "an element that claims 2 GiB",
        lambda d: d.replace(b"LT", b"UT", 1)[:-40] + raw(0xFFFCFFFC, "OB", b"abc", length=2**31),
        more=True,
    ),
    changed("zero bytes", lambda d: b"", more=True),
    changed("one byte too few", lambda d: d[:-1], more=True),
    changed(
        "zeros instead of the second half",
        lambda d: d[: len(d) // 2] + bytes(len(d) - len(d) // 2),
        more=True,
    ),
    added(
        "the same tag twice",
        lambda w: raw(0x0040A123, "PN", b"Quexley^Ulf ") + raw(0x0040A123, "PN", w.caret.encode().ljust(30)),
        more=True,
    ),
    added(
        "an odd length",
        lambda w: raw(0x0040A160, "UT", b"of " + w.plain.encode() + b"." * (len(w.plain) % 2)),
        more=True,
    ),
    added("an item outside of a sequence", lambda w: raw(ITEM, "", body(notes(w))), more=True),
    added(
        "a sequence of defined length that is too short",
        lambda w: BAD_SEQUENCE(item(body(notes(w)), EXPLICIT, False), length=20),
        more=True,
    ),
]

PLACES = [*DEFECTS, *MORE]
