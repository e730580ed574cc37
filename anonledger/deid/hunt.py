"""Find identifiers in text: the names, IDs and terms of a subject, and the full names of others.

Owns: what is found never overlaps, and every stretch of it has its stand-in.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from anonledger.deid.lexicon import Weight
from anonledger.deid.phrases import (
    Phrase,
    id_phrase,
    is_hunted,
    is_hunted_elsewhere,
    term_phrases,
    whole_phrases,
)
from anonledger.deid.runs import FullName, Names, is_glued
from anonledger.deid.views import DASHES, squeezed, views, ways
from anonledger.folding import fold
from anonledger.records import Recipe, Stranger

MARKS = (
    " ^,._-" + DASHES
)  # what goes together with the words around it; a backslash parts two values and stays
SPOTTED = 64  # letters by which a word is spotted
Span = tuple[int, int]
compiled = lru_cache(maxsize=2048)(re.compile)  # of thousands of IDs, few stand in a text


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the text that must go: offsets of its first character and behind its last.

    ``stand_in``: the pseudonym that takes its place; "" for that of the file's own subject.
    """

    start: int
    end: int
    stand_in: str = ""


class Hunter:
    """Knows what must go from one subject's files, folded once, and finds it in any number of texts."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._names = _named(recipe.names)
        self._strangers = tuple(map(_other, recipe.strangers))
        found = self._names.spellings.items()
        self.words = frozenset(self._names.spellings)
        self.telling = frozenset(word for word, spelling in found if spelling.weight >= Weight.WEAK)
        self.ids = frozenset(i for i in (fold(number).strip() for number in recipe.ids) if is_hunted(i))
        phrases = [p for number in sorted(self.ids) if (p := id_phrase(number))]
        phrases += [p for term in recipe.terms for p in term_phrases(term)]
        self._phrases = _by_key([*phrases, *whole_phrases(recipe.names)])
        said = {word for word, spelling in found if spelling.weight > Weight.PARTICLE}
        # An automaton takes minutes to make of ten thousand equal letters.
        keys = {squeezed(word)[:SPOTTED] for word in said}.union(self._phrases)
        keys = keys.union(*(other.keys for other in self._strangers))
        self._spots = AhoCorasick(sorted(filter(None, keys)))

    def may_hit(self, folded: str) -> bool:
        """Return whether an ASCII text in lower case holds any of the words at all: a cheap first look."""
        return any(self._spots.find_matches_as_indexes(squeezed(fold(way.text))) for way in ways(folded))

    def hits(self, text: str, *, person: bool = False, numeric: bool = False) -> list[Hit]:
        """Return where the identifiers stand in a text, in order, not overlapping.

        ``person``: the text is a person's name, where even a short or technical word of the name is the name;
        ``numeric``: it is a number, a date or the like, where only a word that is surely the name counts.
        """
        found: list[Hit] = []
        for view in views(text):
            met = set(self._spots.find_matches_as_strings(squeezed(view.text), overlapping=True))
            if not met:
                continue
            own = self._names.stretches(view.text, person=person, numeric=numeric)
            own += _phrases_in(view.text, met, self._phrases, numeric)
            each = [("", own)]
            each += [(o.pseudonym, o.stretches(view.text, met, numeric)) for o in self._strangers]
            for stand_in, spans in each:
                found += [Hit(*view.span(*span), stand_in) for span in _merged(view.text, spans)]
        return _settled(found)


class _Other:
    """Another subject: each full name, and the IDs that are long enough."""

    def __init__(self, stranger: Stranger) -> None:
        self.pseudonym = stranger.pseudonym
        self._names = tuple(map(FullName, stranger.names))
        numbers = sorted(fold(number).strip() for number in stranger.ids)
        self._phrases = _by_key(p for i in numbers if is_hunted_elsewhere(i) and (p := id_phrase(i)))
        self.keys = {squeezed(word) for name in self._names for word in name.telling} | self._phrases.keys()

    def stretches(self, text: str, met: set[str], numeric: bool) -> list[Span]:
        """Return where the subject is named in a folded text."""
        if self.keys.isdisjoint(met):
            return []
        found = [span for name in self._names for span in name.stretches(text)]
        return found + _phrases_in(text, met, self._phrases, numeric)


# The files of one subject may speak of different others.
_named = lru_cache(maxsize=256)(Names)
_other = lru_cache(maxsize=256)(_Other)


def _by_key(phrases: Iterable[Phrase]) -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        found[phrase.key].append(phrase)
    return dict(found)


def _phrases_in(text: str, met: set[str], phrases: dict[str, list[Phrase]], numeric: bool) -> list[Span]:
    return [
        match.span()
        for key in sorted(met & phrases.keys())
        for phrase in phrases[key]
        if phrase.in_numbers or not numeric
        for match in compiled(phrase.pattern).finditer(text)
    ]


def _merged(folded: str, spans: list[Span]) -> list[Span]:
    """Return spans in order; those that overlap or have only glue between them become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or is_glued(folded, merged[-1][1], start, MARKS)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _settled(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits in order; those that overlap become one, which the longest of them stands for."""
    found: list[Hit] = []
    longest = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.stand_in)):
        length = hit.end - hit.start
        if not found or hit.start >= found[-1].end:
            found.append(hit)
            longest = length
        elif length > longest:
            found[-1] = Hit(found[-1].start, max(hit.end, found[-1].end), hit.stand_in)
            longest = length
        else:
            found[-1] = Hit(found[-1].start, max(hit.end, found[-1].end), found[-1].stand_in)
    return found


def united(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order; those that overlap become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


hunter_of = lru_cache(maxsize=256)(Hunter)  # made once per subject in each process
