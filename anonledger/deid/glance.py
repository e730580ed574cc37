"""Look at all short values of a data set at once, for most of them name nobody.

Owns: a value that is passed over here is one that a closer look would leave as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice

from anonledger.deid.binary import LEAST, NUMERIC_VRS, WORDS, turned
from anonledger.deid.charsets import is_plain
from anonledger.deid.elements import Buffer, Element
from anonledger.deid.hunt import Hunter
from anonledger.deid.seeds import spotter_of

SHORT = 4096  # bytes of a value that is looked at together with others
BETWEEN = b"\n\n\n\n"  # as wide as the widest character, so that no word goes across
REMEMBERED, TINY = 8192, 256  # values that a subject's last files had, and the bytes of the longest of them

Value = tuple[str, bytes]  # the VR with it
Values = list[tuple[int, bytes]]  # by where their elements start


def suspects(
    data: Buffer, elements: Iterable[Element], text_vrs: frozenset[str], hunter: Hunter
) -> Iterator[int]:
    """Yield where the elements start whose values need a closer look; all are plain ones that are hunted."""
    texts: Values = []
    everything: Values = []
    known = _known(hunter, text_vrs)
    fresh: dict[Value, list[int]] = {}
    for element in elements:
        start, vr, length = element.start, element.vr, element.end - element.at
        if length > SHORT:
            yield start
            continue
        value = bytes(data[element.at : element.end])
        looked_at = known.get((vr, value))
        if looked_at is not None:
            if looked_at:
                yield start
            continue
        if vr in NUMERIC_VRS and length < LEAST:
            continue
        if vr not in NUMERIC_VRS and not is_plain(value):
            yield start
            continue
        if length <= TINY:
            alike = fresh.setdefault((vr, value), [])
            alike.append(start)
            if len(alike) > 1:
                continue
        if vr in text_vrs or vr == "UN":
            texts.append((start, value))
        size = WORDS.get(vr)
        everything.append((start, value + BETWEEN + turned(value, size) if size else value))
    met = {*_met(texts, lambda some: hunter.may_hit(some.decode("ascii").lower()))}
    # As text: what a short value is looked through for must not depend on how many others there are.
    met.update(_met(everything, lambda some: bool(spotter_of(hunter).spots(some, text=True))))
    _remember(known, {one: starts[0] in met for one, starts in fresh.items()})
    yield from met.union(*(starts for starts in fresh.values() if starts[0] in met))


def _remember(known: dict[Value, bool], more: dict[Value, bool]) -> None:
    """Remember values that were looked at; of too many, those of earlier files are forgotten."""
    if len(known) + len(more) > REMEMBERED:
        known.clear()
    known.update(islice(more.items(), REMEMBERED))


@lru_cache(maxsize=4)
def _known(hunter: Hunter, text_vrs: frozenset[str]) -> dict[Value, bool]:
    """Return the values that were looked at before, and whether they need a closer look.

    Most stand in every file of a series.
    """
    return {}


def _met(values: Values, is_met: Callable[[bytes], bool]) -> Iterator[int]:
    """Yield the keys of the values that meet a condition which the joined ones meet if one of them does."""
    left = [values]
    while left:
        some = left.pop()
        if not some or not is_met(BETWEEN.join(value for _, value in some)):
            continue
        if len(some) == 1:
            yield some[0][0]
        else:
            left += [some[: len(some) // 2], some[len(some) // 2 :]]
