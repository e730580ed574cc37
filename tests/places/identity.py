"""Places: who is who, and who else is named.

Owns: what is planted is known of the patient from somewhere else than the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.places.people import Person
from tests.places.place import Cast, Place, Source, instance
from tests.places.wire import BIG, EXPLICIT, IMPLICIT, Element, Elements, amid

GROUP = "Identity"
Files = Callable[[Cast], Iterator[Source]]


def _notes(*spelled: str) -> Elements:
    return [
        Element(0x00204000, "LT", amid("; ".join(["seen § today"] * len(spelled)), *spelled)),
        Element(0x00081030, "LO", amid("MR of § 2", spelled[0])),
    ]


def _two_in_one_folder(cast: Cast) -> Iterator[Source]:
    for who in (cast.person(), cast.person()):
        for syntax in (EXPLICIT, BIG):
            yield instance(cast, who, _notes(who.plain, who.patient_id), syntax)


def _two_spellings(cast: Cast) -> Iterator[Source]:
    who = cast.person(others=(cast.town.word(),))
    other = replace(who, family=who.others[0])
    for one in (who, other):  # each file speaks of the other spelling
        yield instance(cast, one, _notes(who.plain, other.caret), EXPLICIT)
        yield instance(cast, one, _notes(other.family, who.family), IMPLICIT)


def _namesakes(cast: Cast) -> Iterator[Source]:
    who = cast.person()
    cast.people.append(replace(who, patient_id=cast.town.number(), birth_date="19220101"))
    for number, one in enumerate(cast.people):
        made = instance(cast, one, _notes(one.plain, one.patient_id), EXPLICIT)
        yield made
        other = [*_notes(one.caret), Element(0x0020000D, "UI", f"1.2.{number}.44".encode())]
        yield instance(cast, one, other, IMPLICIT)


def _sibling(spelled: str | None) -> Files:
    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person()
        yield instance(cast, who, [], EXPLICIT)
        for syntax in (EXPLICIT, IMPLICIT, BIG):
            nameless = [] if spelled is None else [Element(0x00100010, "PN", spelled.encode())]
            without = [0x00100010] if spelled is None else []
            yield instance(cast, who, [*_notes(who.plain, who.family), *nameless], syntax, without=without)

    return plant


def _table_only(cast: Cast) -> Iterator[Source]:
    who = cast.person()
    cast.rows.append(
        (who.plain, f"{who.birth_date[:4]}-{who.birth_date[4:6]}-{who.birth_date[6:]}", who.patient_id)
    )
    for syntax in (EXPLICIT, IMPLICIT):
        nameless = Element(0x00100010, "PN", b"ANONYMOUS")
        yield instance(cast, who, [*_notes(who.plain, who.family), nameless], syntax)


def _stranger(who_planted: Callable[[Person], tuple[str, ...]]) -> Files:
    def plant(cast: Cast) -> Iterator[Source]:
        who, other = cast.person(), cast.person()
        yield instance(cast, other, [], EXPLICIT)
        for syntax in (EXPLICIT, IMPLICIT, BIG):
            yield instance(cast, who, _notes(*who_planted(other)), syntax)

    return plant


def _term(cast: Cast) -> Iterator[Source]:
    who = cast.person(others=(cast.town.word(), cast.town.word()))
    cast.terms += list(who.others)
    for syntax in (EXPLICIT, IMPLICIT):
        yield instance(cast, who, _notes(who.others[0], who.others[1].upper()), syntax)


def _other_names(cast: Cast) -> Iterator[Source]:
    who = cast.person(others=(cast.town.word(), cast.town.word()))
    names = f"{who.others[0]}^{who.given}\\{who.family}^{who.others[1]}".encode()
    yield instance(cast, who, [Element(0x00101001, "PN", names)], EXPLICIT)
    yield instance(cast, who, _notes(*who.others), IMPLICIT)


def _mother(cast: Cast) -> Iterator[Source]:
    who = cast.person(others=(cast.town.word(),))
    yield instance(
        cast, who, [Element(0x00101060, "PN", who.others[0].encode()), *_notes(who.others[0])], EXPLICIT
    )


def _other_id(cast: Cast) -> Iterator[Source]:
    who = cast.person(others=(cast.town.number(),))
    ids = [
        Element(0x00101000, "LO", who.others[0].encode()),
        Element(0x00101090, "LO", who.patient_id.encode()),
    ]
    yield instance(cast, who, [*ids, *_notes(who.others[0], who.patient_id)], EXPLICIT)


LISTED = [
    ("two patients in one folder", _two_in_one_folder),
    ("same patient, two spellings of the name, same ID", _two_spellings),
    ("same name, other IDs and birth dates: two patients", _namesakes),
    ("PatientName empty, sibling file has it", _sibling("")),
    ("PatientName missing, sibling file has it", _sibling(None)),
    ("PatientName is ANONYMOUS, sibling file has it", _sibling("ANONYMOUS")),
    ("PatientName ANONYMOUS, the name known only from the demographics (same ID)", _table_only),
]
MORE = [
    (
        "full name of another patient in a report",
        _stranger(lambda o: (o.plain, o.caret, f"{o.family.upper()}, {o.given}")),
    ),
    ("number of another patient in a report", _stranger(lambda o: (o.patient_id,))),
    ("terms of --identifiers", _term),
    ("OtherPatientNames known from a sibling file", _other_names),
    ("mother's birth name in a comment", _mother),
    ("other number of the patient in a comment", _other_id),
]
PLACES = [
    *(Place(GROUP, title, plant) for title, plant in LISTED),
    *(Place(GROUP, title, plant, more=True) for title, plant in MORE),
]
