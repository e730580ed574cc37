"""Find the words of names in a text, and the runs of them that are evidently a name.

Owns: the rule of when a word is evidently the name (README: "What counts as the name").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from anonledger.deid.company import Company
from anonledger.deid.lexicon import Spelling, Weight, ordinary_words, spellings
from anonledger.deid.views import DASHES

GLUE = " ^,._-/=\t\r\n\\|;:()[]&+'’\0" + DASHES  # what may stand between two words of one name
LONGEST_GLUE = 4
LONGEST_WORD = 24  # letters of a technical word, at most
LOGIN = 4  # letters of a word that is the name with an initial glued to it, as a longer one is anyway
CUE_REACH = 24
# Scripts that put no space between words: Thai, Lao, Khmer, Han, kana.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")  # a word may have an ending glued to it
# What stands before a name and nothing else; "mr" is also magnetic resonance, so it needs its point.
CUE = re.compile(
    r"(?:(?<![^\W_])(?:mrs|miss|mister|frau|herrn?|mme|mlle|madame|monsieur|senora?|signora?|mevr|mevrouw"
    r"|dr|doctor|prof|professor|m[rs](?=\.))\.?[ ^_]{0,2}"
    r"|(?:patient(?:s|en)?|family|given|last|first|sur|birth|maiden)[ _]?name\W{1,6}"
    r"|(?<![^\W_])(?:family|given|surname|vorname|nachname|prenom)[>\"':=]\W{0,5})\Z"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A word of a name where it stands in a text; ``strong``: it is the name even with nothing beside it."""

    start: int
    end: int
    word: str
    weight: Weight
    roots: frozenset[int]
    strong: bool


class Names:
    """The names of one person, found in folded texts by any of their words."""

    def __init__(self, names: Iterable[str]) -> None:
        each = {name: spellings(name) for name in names}
        self.spellings: dict[str, Spelling] = {}
        for spelled in each.values():
            for word, spelling in spelled.items():
                if word not in self.spellings or spelling.weight > self.spellings[word].weight:
                    self.spellings[word] = spelling
        self._company = Company(each)
        self._words = sorted(self.spellings)
        self._spots = AhoCorasick(self._words, implementation=Implementation.ContiguousNFA)

    def stretches(self, text: str, *, person: bool = False, numeric: bool = False) -> list[tuple[int, int]]:
        """Return where the words of runs that are evidently the name stand; see ``Hunter.hits``."""
        found: list[tuple[int, int]] = []
        for run in self.runs(text):
            kept = self._evident(text, run, person)
            if kept and (not numeric or any(seen.strong for seen in kept)):
                found += [(seen.start, seen.end) for seen in kept]
                words = frozenset(seen.word for seen in kept)
                found += self._company.stretches(text, kept[0].start, kept[-1].end, words)
        return found

    def runs(self, text: str) -> list[list[Seen]]:
        """Return the words that stand in a text, the longest where they overlap, by runs of neighbours."""
        runs: list[list[Seen]] = []
        for start, end in self._longest(text):
            word = text[start:end]
            spelling = self.spellings[word]
            strong = self._is_strong(text, start, end, spelling.weight)
            seen = Seen(start, end, word, spelling.weight, spelling.roots, strong)
            if runs and is_glued(text, runs[-1][-1].end, start):
                runs[-1].append(seen)
            else:
                runs.append([seen])
        return runs

    def _longest(self, text: str) -> list[tuple[int, int]]:
        spots = self._spots.find_matches_as_indexes(text, overlapping=True)
        taken = bytearray(len(text))
        found = []
        for _, start, end in sorted(spots, key=lambda spot: (spot[1] - spot[2], spot[1])):
            if taken.find(1, start, end) < 0 and not _is_in_ordinary(text, start, end):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end))
        return sorted(found)

    def _is_strong(self, text: str, start: int, end: int, weight: Weight) -> bool:
        if weight < Weight.ALONE:
            return False
        if is_bounded(text, start, end):
            return True
        if weight is Weight.INSIDE:
            return True
        first, last = _around(text, start, end)
        rest = text[first:start] + text[end:last]
        letters = self._company.initials_beside(frozenset({text[start:end]}))
        return end - start == LOGIN and len(rest) <= 2 and letters.issuperset(rest)

    def _evident(self, text: str, run: Sequence[Seen], person: bool) -> Sequence[Seen]:
        """Return the words of a run that are evidently the name, none if it is not."""
        start, end = run[0].start, run[-1].end
        bounded = is_bounded(text, start, end)
        several = len({seen.word for seen in run}) > 1
        strong = [seen for seen in run if seen.strong]
        telling = any(seen.weight >= Weight.WEAK for seen in run)
        if several and (strong or (telling and (bounded or HANGUL.match(text, start)))):
            return run
        if bounded and any(seen.weight > Weight.PARTICLE for seen in run):
            if person or CUE.search(text, max(0, start - CUE_REACH), start):
                return run
            words = frozenset(seen.word for seen in run)
            if telling and not strong and self._company.is_initialled(text, start, end, words):
                return run
        return strong


class FullName:
    """One name of somebody else, which counts only where all of it or two of its words stand together."""

    def __init__(self, name: str) -> None:
        self._names = Names([name])
        spelled = self._names.spellings.values()
        said = {s.roots for s in spelled if s.weight > Weight.PARTICLE}
        self._single = len(frozenset().union(*said)) == 1
        # Of Pan^Mei both words are the full name, though one of them is a particle elsewhere.
        pair = len(frozenset().union(*(s.roots for s in spelled))) == 2
        self._least = Weight.PARTICLE if pair else Weight.MUTE

    @property
    def telling(self) -> list[str]:
        """Return the spellings of which one has to stand in a text for the name to stand in it."""
        return [word for word, s in self._names.spellings.items() if s.weight >= Weight.WEAK]

    def stretches(self, text: str) -> list[tuple[int, int]]:
        """Return where the words of the full name stand in a folded text."""
        found: list[tuple[int, int]] = []
        for run in self._names.runs(text):
            if is_bounded(text, run[0].start, run[-1].end) and self._is_full(run):
                found += [(seen.start, seen.end) for seen in run]
        return found

    def _is_full(self, run: Sequence[Seen]) -> bool:
        if self._single and any(seen.weight is Weight.INSIDE and seen.strong for seen in run):
            return True
        return any(
            one.weight >= Weight.WEAK and other.weight >= self._least and not one.roots & other.roots
            for one in run
            for other in run
        )


def is_bounded(text: str, start: int, end: int) -> bool:
    """Whether no letter stands right before or behind (a digit may: names are glued to dates and numbers)."""
    return not (start and _joins(text[start - 1], text[start])) and not (
        end < len(text) and _joins(text[end - 1], text[end])
    )


def is_glued(text: str, end: int, start: int, glue: str = GLUE) -> bool:
    """Whether what stands between two words is nothing, or little and only such as parts words of a name."""
    return start - end <= LONGEST_GLUE and all(c in glue for c in text[end:start])


def _joins(left: str, right: str) -> bool:
    """Whether two neighbours make one word; some scripts run words together."""
    return left.isalpha() and right.isalpha() and not (UNSPACED.match(left) or UNSPACED.match(right))


def _is_in_ordinary(text: str, start: int, end: int) -> bool:
    """Whether a stretch is part of a longer word that means something, as Stern is of sternum."""
    if is_bounded(text, start, end):
        return False
    first, last = _around(text, start, end)
    return text[first:last] in ordinary_words()


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the whole word around a stretch."""
    first, last = start, end
    while start - first < LONGEST_WORD and text[first - 1 : first].isalpha():
        first -= 1
    while last - end < LONGEST_WORD and text[last : last + 1].isalpha():
        last += 1
    return first, last
