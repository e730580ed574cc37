"""Look up which other subjects a file may speak of, by the words that the survey found in it.

Owns: a file is redone for a new subject only if it holds words of that subject's name or its ID.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations

from anonledger.deid.hunt import UNSPACED, name_words, particles, technical_words
from anonledger.deid.words import words_in
from anonledger.engine.recipes import among_strangers
from anonledger.folding import fold
from anonledger.records import Recipe

MOST_JOINED = 6  # words of a name that are also looked up run together, two at a time


class Strangers:
    """Every subject by the words of its names; asked once for each distinct set of words."""

    def __init__(self, recipes: Mapping[int, Recipe], vocabularies: Mapping[int, frozenset[str]]) -> None:
        """``vocabularies``: the words found, by the number that the ledger gives to each set of them."""
        self._recipes = recipes
        self._vocabularies = vocabularies
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._unspaced: dict[str, set[int]] = defaultdict(set)
        for subject, recipe in recipes.items():
            for word in _telling(recipe):
                (self._unspaced if UNSPACED.search(word) else self._by_word)[word].add(subject)
        self._met: dict[int, frozenset[int]] = {}
        self._made: dict[tuple[int, frozenset[int]], Recipe] = {}

    def recipe(self, subject: int, vocabulary: int | None) -> Recipe:
        """Return the recipe for a file of a subject in which these words stand."""
        return self._recipe(subject, self._among(vocabulary) if vocabulary is not None else frozenset())

    def recipe_of_text(self, subject: int, text: str) -> Recipe:
        """Return the recipe for a short text about a subject, such as the cell of a table."""
        return self._recipe(subject, self._found(words_in(text)))

    def _recipe(self, subject: int, named: frozenset[int]) -> Recipe:
        others = named - {subject}
        if not others:
            return self._recipes[subject]
        key = (subject, others)
        if key not in self._made:
            strangers = (self._recipes[other] for other in others)
            self._made[key] = among_strangers(self._recipes[subject], strangers)
        return self._made[key]

    def _among(self, vocabulary: int) -> frozenset[int]:
        if vocabulary not in self._met:
            self._met[vocabulary] = self._found(self._vocabularies.get(vocabulary, frozenset()))
        return self._met[vocabulary]

    def _found(self, said: frozenset[str]) -> frozenset[int]:
        candidates = {subject for word in said & self._by_word.keys() for subject in self._by_word[word]}
        found = {subject for subject in candidates if _speaks_of(self._recipes[subject], said)}
        if self._unspaced:
            runs = [word for word in said if UNSPACED.search(word)]
            for name, subjects in self._unspaced.items():
                if any(name in run for run in runs):
                    found |= subjects
        return frozenset(found)


def _telling(recipe: Recipe) -> Iterable[str]:
    """Yield the words that a file must hold to be worth a closer look: of names, joined or not, and IDs."""
    mute = technical_words() | particles()
    for name in recipe.names:
        words = [w for w in name_words(name) if len(w) > 1 or UNSPACED.search(w)]
        yield from (w for w in words if w not in mute)
        yield from map("".join, permutations(words[:MOST_JOINED], 2))
    for number in recipe.ids:
        yield from _looked_up(number)


def _speaks_of(recipe: Recipe, said: frozenset[str]) -> bool:
    """Whether two words of a name, or all that it has, stand among the words; or joined; or an ID."""
    mute = technical_words() | particles()
    for name in recipe.names:
        words = {w for w in name_words(name) if len(w) > 1}
        there = words & said
        if there - mute and (len(there) > 1 or len(words) == 1):
            return True
        if any("".join(pair) in said for pair in permutations(sorted(words)[:MOST_JOINED], 2)):
            return True
    return any(not said.isdisjoint(_looked_up(number)) for number in recipe.ids)


def _looked_up(number: str) -> set[str]:
    """Return an ID as it is spelled, and without what stands between its parts."""
    folded = fold(number)
    together = "".join(filter(str.isalnum, folded))
    return {folded, together, together.lstrip("0")} - {""}
