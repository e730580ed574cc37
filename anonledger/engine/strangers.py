"""Look up which other subjects a file may speak of, by the words that the survey found in it.

Owns: a file is redone for a new subject only if it holds words of that subject's name or its ID.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import permutations
from typing import Protocol

from anonledger.deid.lexicon import Weight, name_words, spellings
from anonledger.deid.runs import UNSPACED
from anonledger.deid.words import SHORTEST_NUMBER, bare_number
from anonledger.engine.readings import runs_said, words_said
from anonledger.engine.recipes import among_strangers
from anonledger.folding import fold
from anonledger.records import Recipe

MOST_JOINED = 6  # words of a name that are also looked up run together, two at a time


class Vocabularies(Protocol):
    """The words found, by the number that the ledger gives to each set of them."""

    def get(self, number: int, default: frozenset[str], /) -> frozenset[str]:
        """Return a set of words, or ``default``."""


class Strangers:
    """Every subject by the words of its names; asked once for each distinct set of words."""

    def __init__(self, recipes: Mapping[int, Recipe], vocabularies: Vocabularies) -> None:
        """``vocabularies``: the words found, by the number that the ledger gives to each set of them."""
        self._recipes = recipes
        self._vocabularies = vocabularies
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._unspaced: dict[str, set[int]] = defaultdict(set)
        self._by_id: dict[str, set[int]] = defaultdict(set)
        for subject, recipe in recipes.items():
            for number in recipe.ids:
                self._by_id[_together(number)].add(subject)
            for word in _telling(recipe):
                (self._unspaced if UNSPACED.search(word) else self._by_word)[word].add(subject)
        self._met: dict[int, frozenset[int]] = {}
        self._made: dict[tuple[int, frozenset[int]], Recipe] = {}

    def are(self, recipes: Mapping[int, Recipe]) -> bool:
        """Whether these are all subjects, as they were when they were looked up."""
        return self._recipes == recipes

    def recipe(self, subject: int, vocabulary: int | None) -> Recipe:
        """Return the recipe for a file of a subject in which these words stand."""
        return self._recipe(subject, self._among(vocabulary) if vocabulary is not None else frozenset())

    def named_in(self, vocabulary: int) -> frozenset[int]:
        """Return the subjects whom a set of words may speak of, by the number of the set."""
        return self._among(vocabulary)

    def recipe_of_text(self, subject: int, text: str) -> Recipe:
        """Return the recipe for a short text about a subject, such as the cell of a table."""
        by_id = (self._by_id.get(run, ()) for run in runs_said(text))
        return self._recipe(subject, self._found(words_said(text)).union(*by_id))

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
    """Yield the words of which a file must hold one to be worth a closer look."""
    for name in recipe.full_names:
        yield from (w for w, spelling in spellings(name).items() if spelling.weight >= Weight.WEAK)
        yield from _run_together(name)
    yield from filter(None, map(_number_in, recipe.ids))


def _speaks_of(recipe: Recipe, said: frozenset[str]) -> bool:
    """Whether two words of a name, or all it has, stand among the words; or joined; or an ID's number."""
    for name in recipe.full_names:
        known = spellings(name)
        there = [known[word] for word in known.keys() & said]
        telling = [spelling for spelling in there if spelling.weight >= Weight.WEAK]
        single = len(frozenset[int]().union(*(s.roots for s in known.values()))) == 1
        if telling and (single or any(not one.roots & other.roots for one in telling for other in there)):
            return True
        if not said.isdisjoint(_run_together(name)):
            return True
    return any(_number_in(number) in said for number in recipe.ids)


@lru_cache(maxsize=1 << 13)
def _run_together(name: str) -> frozenset[str]:
    words = [w for w in name_words(name) if len(w) > 1 or UNSPACED.search(w)]
    return frozenset(map("".join, permutations(words[:MOST_JOINED], 2)))


def _together(patient_id: str) -> str:
    """Return an ID without what stands between its parts and without zeros in front."""
    return "".join(filter(str.isalnum, fold(patient_id))).lstrip("0")


def _number_in(patient_id: str) -> str:
    """Return what of an ID is looked up: its longest number, all of its digits if it has no letter."""
    if not any(map(str.isalpha, patient_id)):
        return _long(bare_number(patient_id))
    return _long(max(map(bare_number, re.findall(r"\d(?:[\W_]{0,2}\d)*", patient_id)), key=len, default=""))


def _long(number: str) -> str:
    return number if len(number) >= SHORTEST_NUMBER else ""
