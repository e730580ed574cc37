"""Recognise a data set by those of its series that were walked before, from which a few values differ.

Owns: what is recognised has the very elements that a walk over it would give, or it is not recognised.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from anonledger.deid.elements import (
    EXPLICIT,
    GROUP_PIXELS,
    LONG_LETTERS,
    SHORT_HEAD,
    SHORT_LETTERS,
    UNDEFINED,
    BrokenDataError,
    Coding,
    Element,
)
from anonledger.deid.form import Form, vr_of
from anonledger.deid.walk import walk

REMEMBERED = 8  # sorts of files: a sort has the same elements in the same order
LONGEST, MOST = 1 << 18, 1 << 12  # bytes in front of the pixels, elements with those in sequences
# Of a known length, nothing is inside.
OPAQUE = {letters: vr for letters, vr in LONG_LETTERS.items() if vr not in ("SQ", "UN")}
HEADS = {False: 6, True: 4}  # bytes of the tag, with the VR unless it is implicit

Told = TypeVar("Told")
Span = tuple[int, int]  # offsets of the first byte and behind the last
_Outside = tuple[str, str, Coding]


@dataclass(frozen=True, slots=True, repr=False)
class Fit(Generic[Told]):
    """A recognised data set: the elements that it was asked for, with all inside them; where the stretches
    before, between and behind these lie; and what was ``told`` of such stretches.
    """

    elements: list[Element]
    stretches: list[Span]
    told: Told


class Patterns(Generic[Told]):
    """What files that were walked lately have in common: stretches of elements with the very same bytes.

    Between the stretches stand the elements in which files differ, and those of the ``loose`` tags. Files
    that differ in an element of a ``rigid`` tag have nothing in common, also where it is a loose one.
    """

    def __init__(self, loose: Collection[int], rigid: Collection[int]) -> None:
        self._loose, self._rigid = frozenset(loose), frozenset(rigid)
        self._sorts: dict[object, _Sort[Told]] = {}  # the one that was met last stands last

    def fitted(self, form: Form) -> Fit[Told] | None:
        """Return how a data set follows a pattern, None where it has to be walked."""
        if not isinstance(form.data, bytes):
            return None
        outside = _outside(form)
        for key, sort in reversed(self._sorts.items()):
            if sort.pattern is None or sort.pattern.outside != outside:
                continue
            fit = _fitted(sort.pattern, form.data, form.start, form.end)
            if fit is not None:
                self._sorts[key] = self._sorts.pop(key)
                return fit
        return None

    def learn(
        self, form: Form, elements: Sequence[Element], end: int, tell: Callable[[Sequence[Span]], Told]
    ) -> None:
        """Remember a data set that was walked up to ``end``; ``tell`` tells of its stretches."""
        tops = [element for element in elements if element.parent < 0] if len(elements) <= MOST else []
        if not _is_usual(form, tops, end):
            return
        key = (_outside(form), tuple((top.tag, top.vr) for top in tops))
        compared = tops[:-1] if _is_pixels(tops[-1]) else tops
        values = [bytes(form.data[top.start : top.end]) for top in compared]
        before = self._sorts.pop(key, None)
        varying = before.varying | _differing(values, before.values) if before else frozenset[int]()
        if before and self._rigid.isdisjoint(tops[number].tag for number in varying):
            asked = [
                t for n, t in enumerate(tops) if n in varying or n == len(values) or t.tag in self._loose
            ]
            self._sorts[key] = _Sort(values, varying, _pattern(form, asked, self._rigid, end, tell))
        else:
            self._sorts[key] = _Sort(values)
        if len(self._sorts) > REMEMBERED:
            del self._sorts[next(iter(self._sorts))]


@dataclass(frozen=True, slots=True, repr=False)
class _Pattern(Generic[Told]):
    """Each stretch with the bytes behind it, with which an element begins that each file is asked for.

    These are its tag (and VR); of a rigid tag, all of it.
    """

    outside: _Outside
    parts: Sequence[tuple[bytes, bytes]]
    told: Told


@dataclass(frozen=True, slots=True, repr=False)
class _Sort(Generic[Told]):
    """The elements of the last file of a sort that was walked, the places of those that others had
    otherwise, and what all of them follow.
    """

    values: Sequence[bytes]
    varying: frozenset[int] = frozenset()
    pattern: _Pattern[Told] | None = None


def _outside(form: Form) -> _Outside:
    """Return what matters beside the bytes of the data set."""
    return form.syntax, form.meta_class, form.coding


def _is_usual(form: Form, tops: Sequence[Element], end: int) -> bool:
    """Whether a walked data set may be a pattern: little endian, not too long, pixels or nothing at its end.

    The length of a group counts bytes of several elements, which one pattern cannot tell.
    """
    if not isinstance(form.data, bytes) or form.coding.big or end != form.end or not tops:
        return False
    if any(top.tag >> 16 >= GROUP_PIXELS for top in tops[:-1]) or not all(top.tag & 0xFFFF for top in tops):
        return False
    return (tops[-1].start if _is_pixels(tops[-1]) else end) - form.start <= LONGEST


def _is_pixels(element: Element) -> bool:
    return element.tag >> 16 >= GROUP_PIXELS


def _differing(values: Sequence[bytes], others: Sequence[bytes]) -> frozenset[int]:
    pairs = enumerate(zip(values, others, strict=True))
    return frozenset(number for number, (one, other) in pairs if one != other)


def _pattern(
    form: Form,
    asked: Sequence[Element],
    rigid: Collection[int],
    end: int,
    tell: Callable[[Sequence[Span]], Told],
) -> _Pattern[Told]:
    whole = {element.start: element.end for element in asked if element.tag in rigid}
    begins = [form.start, *(element.end for element in asked)]
    stretches = [*zip(begins, [*(element.start for element in asked), end], strict=True)]
    parts = []
    for begin, stop in stretches:
        behind = whole.get(stop, stop + HEADS[form.coding.implicit])
        head = bytes(form.data[stop:behind]) if stop < end else b""
        parts.append((bytes(form.data[begin:stop]), head))
    return _Pattern(_outside(form), parts, tell(stretches))


def _fitted(pattern: _Pattern[Told], data: bytes, start: int, end: int) -> Fit[Told] | None:
    elements: list[Element] = []
    stretches: list[Span] = []
    for stretch, head in pattern.parts:
        behind = start + len(stretch)
        if not data.startswith(stretch, start) or not data.startswith(head, behind):
            return None
        stretches.append((start, behind))
        start = _added(data, behind, end, elements, pattern.outside[2]) if head else behind
    return Fit(elements, stretches, pattern.told) if start == end else None


def _added(data: bytes, start: int, end: int, elements: list[Element], coding: Coding) -> int:
    """Add an element, and all inside it; return the offset behind it, -1 if there is no such."""
    if not coding.implicit and end - start >= 12:
        group, number, letters, length = SHORT_HEAD.unpack_from(data, start)
        vr, at = SHORT_LETTERS.get(letters), start + 8
        if vr is None and letters in OPAQUE:
            vr, at = OPAQUE[letters], start + 12
            length = int.from_bytes(data[start + 8 : at], "little")
        if vr is not None and length != UNDEFINED:  # by far the most
            elements.append(Element(group << 16 | number, vr, start, at, at + length, -1, EXPLICIT))
            return at + length if at + length <= end else -1
    try:
        found, behind = walk(data, start, end, coding, vr_of, first=True)
    except BrokenDataError:
        return -1
    for element in found:
        if element.parent >= 0:
            element.parent += len(elements)
    elements += found
    return behind
