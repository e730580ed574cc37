"""Find the rows that may be about a patient, without comparing everybody with everybody.

Owns: a row that shares more of what tells (words or nearly so, birth date, ID) never gives way to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nlargest
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from anonledger.subjects.alignment import LEAST_LETTERS_OF_ONE_EDIT, LEAST_LETTERS_OF_TWO_EDITS
from anonledger.subjects.fields import Fields
from anonledger.subjects.frequencies import Frequencies, unlisted
from anonledger.subjects.spelled import Name, respelled

MOST_ROWS = 60
MANY_ROWS = 2_000  # from which a word leads to no row by itself, if any other one does
A_FIELD = 10.0  # what an equal birth date or ID says, as a logarithm
A_SLIP = 4.0  # what a letter that differs costs, as a logarithm


class Blocks:
    """The rows of a table by the words of their names, by birth date and by ID."""

    def __init__(
        self, names: Sequence[Sequence[Name]], fields: Sequence[Fields], frequencies: Frequencies
    ) -> None:
        self._frequencies = frequencies
        self._words: dict[str, list[int]] = defaultdict(list)
        self._by_field: dict[str, list[int]] = defaultdict(list)
        self._said: list[tuple[str, ...]] = []
        for row, (spellings, known) in enumerate(zip(names, fields, strict=True)):
            said = {word.text for name in spellings for word in name}
            for word in said:
                self._words[word].append(row)
            values = frozenset(_values(known))
            for value in values:
                self._by_field[value].append(row)
            self._said.append((*said, *values))
        self._respelled: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._by_length[len(word)].append(word)
            self._respelled[respelled(word)].append(word)
        self._sorted = sorted(self._words)
        self._alike = lru_cache(maxsize=None)(self._found_alike)

    def rows(self, names: Sequence[Name], fields: Fields) -> list[int]:
        """Return the positions of the rows that may be a patient's, in their order."""
        weights: dict[int, float] = defaultdict(float)
        sought = [
            self._alike(word) for word in sorted({text for name in names for text in self._asked(name)})
        ]
        sought += [[(value, A_FIELD)] for value in sorted(_values(fields)) if value in self._by_field]
        for alike in sorted(sought, key=lambda words: sum(len(self._with(word)) for word, _ in words)):
            best: dict[int, float] = {}
            for word, weight in alike:
                for row in self._bearers(word, weights):
                    if weight > best.get(row, 0.0):
                        best[row] = weight
            for row, weight in best.items():
                weights[row] += weight
        return sorted(nlargest(MOST_ROWS, weights, key=lambda row: (weights[row], -row)))

    def _with(self, value: str) -> Sequence[int]:
        """Return the rows with a word, a birth date or an ID."""
        return self._words.get(value, []) or self._by_field.get(value, [])

    def _bearers(self, word: str, found: Mapping[int, float]) -> Iterable[int]:
        """Return the rows with a word; of one that very many have, those that rarer words led to, or some."""
        rows = self._with(word)
        if len(rows) <= MANY_ROWS:
            return rows
        if found:
            return [row for row in found if word in self._said[row]]
        return rows[:MANY_ROWS]

    def _asked(self, name: Name) -> Iterator[str]:
        """Yield the words to look for: those of the name, neighbours joined, and words taken apart."""
        for i, word in enumerate(name):
            yield word.text
            if i + 1 < len(name) and word.text + name[i + 1].text in self._words:
                yield word.text + name[i + 1].text
            if word.text not in self._words:
                for cut in range(2, len(word.text) - 1):
                    if word.text[:cut] in self._words and word.text[cut:] in self._words:
                        yield word.text[:cut]
                        yield word.text[cut:]

    def _found_alike(self, word: str) -> list[tuple[str, float]]:
        """Return the table's words that a word may stand for, and about how much that says."""
        found: dict[str, float] = dict.fromkeys(self._respelled.get(respelled(word), ()), 0.0)
        reach = 2 if len(word) >= LEAST_LETTERS_OF_TWO_EDITS else int(len(word) >= LEAST_LETTERS_OF_ONE_EDIT)
        if reach:
            for length in range(len(word) - reach, len(word) + reach + 1):
                near = process.extract(
                    word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=reach, limit=None
                )
                found.update((other, float(edits)) for other, edits, _ in near if other not in found)
        rarity = {other: -log(self._frequencies.borne(other) + unlisted(other)) for other in found}
        return [(other, max(rarity[other] - A_SLIP * edits, 0.1)) for other, edits in found.items()]


def _values(fields: Fields) -> Iterator[str]:
    """Yield birth dates and IDs as what no word is."""
    yield from (f"born {date}" for date in fields.births)
    yield from (f"id {id_}" for id_ in fields.ids)
