"""Decide for every element of a data set what becomes of it, and say it as edits.

Owns: rules go before the hunt, and what neither decides on gets no edit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anonledger.deid.binary import BINARY_VRS, LARGEST, NUMERIC_VRS, clean_binary
from anonledger.deid.elements import Element, Kind
from anonledger.deid.form import Form
from anonledger.deid.glance import TINY, suspects
from anonledger.deid.hunt import Hunter
from anonledger.deid.pixels import PIXELS, pixel_edits
from anonledger.deid.profile import actions_of
from anonledger.deid.scrub import TEXT_VRS, clean_text, is_text, padded
from anonledger.deid.splice import Edit, written
from anonledger.records import Recipe, Rules

CHARSET = 0x00080005
PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
IDENTITY_REMOVED, METHOD = 0x00120062, 0x00120063
UIDS = frozenset({0x00080016, 0x00080018, 0x0020000D, 0x0020000E})
UNTOUCHED = UIDS | PIXELS.keys()
HUNTED_VRS = TEXT_VRS | BINARY_VRS | NUMERIC_VRS
STATED_VRS = {PATIENT_NAME: "PN", PATIENT_ID: "LO", IDENTITY_REMOVED: "CS", METHOD: "LO"}


@dataclass(frozen=True, slots=True)
class _Context:
    form: Form
    elements: Sequence[Element]
    charsets: dict[int, str]
    hunter: Hunter
    pseudonym: str


def method_text(rules: Rules) -> str:
    """Return what DeidentificationMethod (0012,0063) says was done: at most 64 characters."""
    return f"anonledger {rules.name} {rules.version}: name replaced by a pseudonym"[:64]


def edits(
    form: Form,
    elements: Sequence[Element],
    rules: Rules,
    recipe: Recipe,
    hunter: Hunter,
    *,
    whole: bool = True,
) -> list[Edit]:
    """Return the edits that de-identify a data set, in no order; nothing is nested in a removed element.

    Not ``whole``: these are only some of its elements, and not those that state who it is of.
    """
    context = _Context(form, elements, _charsets(form, elements), hunter, recipe.pseudonym)
    actions = actions_of(rules)
    stated = {
        PATIENT_NAME: recipe.pseudonym,
        PATIENT_ID: recipe.pseudonym,
        IDENTITY_REMOVED: "YES",
        METHOD: method_text(rules),
    }
    if not whole:
        stated = {}
    found: list[Edit] = []
    left = (e for e in elements if actions.get(e.tag, "C") in "CK" and _is_hunted(e) and not _is_stated(e))
    closer = set(suspects(form.data, left, TEXT_VRS, hunter))
    decided = {*STATED_VRS, *PIXELS, *(tag for tag, action in actions.items() if action in "XZD")}
    skip = -1
    for element in elements:
        if element.tag not in decided and element.start not in closer and element.kind is not Kind.FRAGMENTS:
            continue  # as most of them
        if element.start < skip:
            continue
        if element.tag in stated and _is_stated(element):
            found.append(_stated(context, element, stated.pop(element.tag)))
            continue
        action = actions.get(element.tag, "C")
        if action in "XZD":
            found.append(_ruled(context, element, action))
            skip = element.end
        elif element.tag in PIXELS or element.kind is Kind.FRAGMENTS:
            if element.vr not in BINARY_VRS:
                raise ValueError("its pixel data has the VR of something else")
            found += pixel_edits(form.data, elements, element, hunter, recipe.pseudonym)
        elif element.start in closer or _is_stated(element):  # a second name
            found += _cleaned(context, element)
    return [*found, *_inserted(context, stated)]


def _ruled(context: _Context, element: Element, action: str) -> Edit:
    if action == "Z":
        return _valued(context, element, b"")
    if action == "D" and element.kind is Kind.PLAIN:
        return _valued(context, element, padded(context.pseudonym.encode(), element.vr))
    # What should be one value and is a sequence has nothing that could stay.
    return Edit(element.start, element.end, b"", element.parent, element.tag)


def _is_stated(element: Element) -> bool:
    return element.tag in STATED_VRS and element.parent < 0 and element.kind is Kind.PLAIN


def _is_hunted(element: Element) -> bool:
    """Whether identifiers are looked for in an element's value.

    Without a part, a UID of the instance would be another one; verification holds the file back instead.
    """
    return (
        element.vr in HUNTED_VRS
        and element.end > element.at
        and element.kind is Kind.PLAIN
        and element.tag not in UNTOUCHED
    )


def _cleaned(context: _Context, element: Element) -> Iterator[Edit]:
    if element.length > LARGEST:
        raise MemoryError  # before it is full
    value = bytes(context.form.data[element.at : element.end])
    who = (_charset(context, element.parent), context.hunter, context.pseudonym)
    clean = _clean_usual if len(value) <= TINY else _clean
    new = clean(value, element.vr, *who)
    if new is not None:
        yield _valued(context, element, new)


def _clean(value: bytes, vr: str, declared: str, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a value without the identifiers, None when it holds none."""
    new = None
    if vr in TEXT_VRS or (vr == "UN" and is_text(value, declared)):
        new = clean_text(value, vr, declared, hunter, pseudonym)
    if new is None and vr not in TEXT_VRS:
        new = clean_binary(value, hunter, pseudonym, vr)
    return new


_clean_usual = lru_cache(maxsize=1024)(_clean)  # the name and what speaks of it is the same in a whole series


def _valued(context: _Context, element: Element, value: bytes) -> Edit:
    new = written(element.tag, element.vr, value, element.coding)
    return Edit(element.start, element.end, new, element.parent, element.tag)


def _stated(context: _Context, element: Element, text: str) -> Edit:
    """Return the edit that states a fact; a method that is there already stays in front of ours."""
    if element.tag == METHOD:
        before = bytes(context.form.data[element.at : element.end]).rstrip(b" \0")
        declared = _charset(context, -1)
        cleaned = clean_text(before, "LO", declared, context.hunter, context.pseudonym) or before
        methods = [m for m in cleaned.split(b"\\") if m and m != text.encode()]
        return _valued(context, element, padded(b"\\".join([*methods, text.encode()]), "LO"))
    return _valued(context, element, padded(text.encode(), "LO"))


def _inserted(context: _Context, stated: dict[int, str]) -> Iterator[Edit]:
    """Put the facts that are not there yet in front of the first element that comes behind them."""
    starts = [(e.tag, e.start) for e in context.elements if e.parent < 0]
    last = max((e.end for e in context.elements if e.parent < 0), default=context.form.start)
    for tag, text in sorted(stated.items()):
        place = next((start for other, start in starts if other > tag), last)
        new = written(tag, STATED_VRS[tag], padded(text.encode(), "LO"), context.form.coding)
        yield Edit(place, place, new, -1, tag)


def _charsets(form: Form, elements: Sequence[Element]) -> dict[int, str]:
    return {
        e.parent: bytes(form.data[e.at : e.end]).decode("latin-1").strip("\0 ")
        for e in elements
        if e.tag == CHARSET
    }


def _charset(context: _Context, parent: int) -> str:
    """Return the Specific Character Set in force inside an item or the data set (PS3.3 C.12.1.1.2)."""
    inside: list[int] = []
    while parent >= 0 and parent not in context.charsets:
        inside.append(parent)
        parent = context.elements[parent].parent
    declared = context.charsets.get(parent, "")
    context.charsets.update(dict.fromkeys(inside, declared))
    return declared
