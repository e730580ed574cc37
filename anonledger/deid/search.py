"""Find what is wanted in bytes: one pass for all of it, then a close look at each hit.

Owns: what so few bytes may be by chance is no hit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from anonledger.deid.byteforms import LEGACY_LENGTH, Form, accented_forms, folded, plain_forms
from anonledger.deid.needles import (
    ALONE,
    IN_PIXELS,
    OTHERS_IN_BYTES,
    OTHERS_IN_PIXELS,
    Meaning,
    Phrase,
    Wanted,
    ordinary_words,
    wanted_of,
    wanted_of_others,
)
from anonledger.deid.scout import Sweep, Sweeps
from anonledger.deid.surroundings import UNSPACED, Around
from anonledger.records import Recipe, Roster


@dataclass(frozen=True, slots=True)
class Place:
    """What bytes are searched: ``typed`` text, where a neighbouring letter may be one of any script;
    a ``number``; bytes so many that few letters are in them by ``chance``; or ``pixels``.
    """

    typed: bool = False
    number: bool = False
    chance: bool = False
    pixels: bool = False


ANY = Place()
PIXELS = Place(chance=True, pixels=True)


@dataclass(frozen=True, slots=True)
class _Needle:
    form: Form
    word: str = ""
    meaning: Meaning | None = None
    phrase: Phrase | None = None


class Search:
    """Knows what is wanted by all its spellings, and finds it in any number of bytes."""

    def __init__(self, wanted: Wanted) -> None:
        self.others = wanted.others
        self._needles: dict[bytes, list[_Needle]] = {}
        for word, meaning in wanted.words.items():
            for form in meaning.forms:
                self._needles.setdefault(form.raw, []).append(_Needle(form, word, meaning))
        for phrase in wanted.phrases:
            for seed in phrase.seeds:
                for form in plain_forms(seed) if seed.isascii() else accented_forms(seed):
                    self._needles.setdefault(form.raw, []).append(_Needle(form, phrase=phrase))
        self._forms = list(self._needles)
        self._automaton = (
            BytesAhoCorasick(self._forms, implementation=Implementation.ContiguousNFA)
            if self._forms
            else None
        )
        self.sweep = Sweep({raw for raw in self._forms if self._is_in_pixels(raw)})

    def _is_in_pixels(self, raw: bytes) -> bool:
        """Whether a spelling is looked for in pixels: letters of ASCII, one or two bytes each, and enough."""
        return raw.isascii() and len(raw) >= ALONE and any(map(self._counts_in_pixels, self._needles[raw]))

    def _counts_in_pixels(self, needle: _Needle) -> bool:
        form, meaning, least = needle.form, needle.meaning, self._least_in_pixels
        if form.stride > 2 or form.codec or form.whole:
            return False
        if meaning is None:
            return not self.others and needle.phrase is not None and needle.phrase.letters >= least
        letters = len(needle.word)
        return ((meaning.inside or meaning.alone) and letters >= least) or (
            form.stride == 1 and any(letters + len(partner) >= least for partner in meaning.partners)
        )

    @property
    def _least_in_pixels(self) -> int:
        return OTHERS_IN_PIXELS if self.others else IN_PIXELS

    def finds(self, raw: bytes, place: Place = ANY) -> int:
        """Return where something wanted stands in bytes, -1 if nowhere."""
        if self._automaton is None:
            return -1
        matches = self._automaton.find_matches_as_indexes(folded(raw), overlapping=True)
        for number, start, end in matches:
            if self.confirms(self._forms[number], raw, start, end, place):
                return start
        return -1

    def pixel_matches(self, raw: bytes | memoryview) -> Iterator[tuple[bytes, int, int]]:
        """Yield what stands in pixels and may be something wanted: its spelling, start and end."""
        return self.sweep.matches(raw)

    def confirms(self, form: bytes, raw: bytes, start: int, end: int, place: Place) -> bool:
        """Whether a spelling that stands in bytes is something wanted, as its surroundings tell."""
        return any(self._is_hit(n, raw, start, end, place) for n in self._needles.get(form, ()))

    def _is_hit(self, needle: _Needle, raw: bytes, start: int, end: int, place: Place) -> bool:
        form = needle.form
        if form.exact and raw[start:end].lower() != form.exact:
            return False
        around = Around(raw, start, end, form)
        if (form.escaped and not around.is_escaped()) or (not form.codec and around.is_misread()):
            return False
        told = not place.chance or around.is_told()
        if needle.phrase is not None:
            return self._is_phrase(needle.phrase, around, place, told)
        if needle.meaning is None:
            return False
        sure = told or not (form.short or (not form.codec and not raw[start:end].isascii()))
        return (sure and self._is_word(needle, around, place)) or self._is_pair(needle, around, place, told)

    def _is_phrase(self, phrase: Phrase, around: "Around", place: Place, told: bool) -> bool:
        if (place.number and phrase.number) or (place.pixels and self.others):
            return False
        if phrase.letters < IN_PIXELS and (place.pixels or not told):
            return False
        text, start = folded(around.before + around.word + around.after), len(around.before)
        return any(m.start() <= start < m.end() for m in re.finditer(phrase.pattern, text))

    def _is_word(self, needle: _Needle, around: "Around", place: Place) -> bool:
        meaning, word = needle.meaning, needle.word
        least = self._least_in_pixels if place.pixels else 0
        if meaning is None or not (meaning.inside or meaning.alone) or len(word) < least:
            return False
        if needle.form.whole:
            return not place.pixels
        if UNSPACED.match(word):
            return True
        if not around.joins_left(place.typed) and not around.joins_right(place.typed):
            return True
        return meaning.inside and around.whole_word() not in ordinary_words()

    def _is_pair(self, needle: _Needle, around: "Around", place: Place, told: bool) -> bool:
        meaning, form = needle.meaning, needle.form
        if meaning is None or not meaning.partners or form.whole or place.number:
            return False
        if place.pixels and form.stride > 1:
            return False
        if not told and not form.codec and not around.word.isascii():
            return False
        found: list[str] = []
        if not around.joins_right(place.typed):
            found += around.partners_before(meaning.partners, accents=told)
        if not around.joins_left(place.typed):
            found += around.partners_behind(meaning.partners, accents=told)
        if told and not place.pixels:
            return bool(found)
        if form.codec:
            least = OTHERS_IN_BYTES if self.others else LEGACY_LENGTH
            return any(
                len((needle.word + partner).encode(form.codec, "ignore")) >= least for partner in found
            )
        least = self._least_in_pixels
        return any(len(needle.word) + len(partner) >= least for partner in found)


@lru_cache(maxsize=16)
def search_of(recipe: Recipe) -> Search:
    """Return the search for one subject; files of one subject mostly follow each other."""
    return Search(wanted_of(recipe))


@lru_cache(maxsize=16)
def sweeps_of(searches: tuple[Search, ...]) -> Sweeps:
    """Return the first look through pixels for all that is wanted."""
    return Sweeps([search.sweep for search in searches])


class _ByDigest:
    """A roster that is known by its digest: comparing thousands of names for each file costs too much."""

    def __init__(self, roster: Roster) -> None:
        self.everybody = roster.everybody
        self._key = (roster.digest, len(roster.everybody))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def search_of_others(roster: Roster) -> Search:
    """Return the search for everybody's full name, made once in each process."""
    return _search_of_others(_ByDigest(roster))


@lru_cache(maxsize=2)
def _search_of_others(roster: _ByDigest) -> Search:
    return Search(wanted_of_others(roster.everybody))
