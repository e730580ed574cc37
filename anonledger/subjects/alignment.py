"""Align the words of two names, whatever their order.

Owns: which word of one name stands for which of the other, and how; frequency plays no part in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from anonledger.subjects.spelled import Name, Role, Word, is_initial, respelled

LEAST_LETTERS_OF_A_CUT = 2
LEAST_LETTERS_OF_ONE_EDIT, LEAST_LETTERS_OF_TWO_EDITS = 3, 5
LEAST_LETTERS_OF_A_JOINED_TYPO = 7
MOST_JOINED = 5  # neighbouring words that the other name may write as one
GARBLED = 0.5  # letters in common of two words that may be one, badly typed
TELLING_CUT = 5  # letters of a word that was cut off which make it as good as whole


class Kind(IntEnum):
    """How two words stand for each other, the surest first. A transposition is one edit."""

    EQUAL = 0
    FOLDED = 1
    ONE_EDIT = 2
    TWO_EDITS = 3
    CUT = 4
    INITIAL = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the patient's name, the word of the row's that it stands for, and how."""

    mine: Word
    theirs: Word
    kind: Kind

    @property
    def in_full(self) -> bool:
        """Whether the words are compared as wholes, not by their beginnings only."""
        if self.kind is Kind.CUT:
            return min(len(self.mine.text), len(self.theirs.text)) >= TELLING_CUT
        return self.kind is not Kind.INITIAL

    @property
    def foreign(self) -> bool:
        """Whether one of the words is of a script of which no list of names is kept."""
        return self.mine.foreign or self.theirs.foreign

    @property
    def parts(self) -> int:
        """How many words these are where they are written apart."""
        return max(self.mine.parts, self.theirs.parts)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words that match, and those that only one of the names has."""

    matches: tuple[Match, ...] = ()
    mine: tuple[Word, ...] = ()
    theirs: tuple[Word, ...] = ()

    @property
    def contrary(self) -> int:
        """How many words or initials differ; an initial of the other name explains no whole word."""
        mine, theirs = (sum(not word.particle for word in side) for side in (self.mine, self.theirs))
        if _is_other_surname(self.mine, self.theirs) or _is_other_surname(self.theirs, self.mine):
            mine, theirs = max(mine, 1), max(theirs, 1)
        if not mine and not theirs:
            return 0
        initials = [match for match in self.matches if match.kind is Kind.INITIAL]
        spare_mine, spare_theirs = (sum(word.whole for word in side) for side in (self.mine, self.theirs))
        for_mine = sum(match.theirs.whole for match in initials)
        for_theirs = sum(match.mine.whole for match in initials)
        return max(
            min(mine, theirs),
            min(spare_mine, spare_theirs + for_mine),
            min(spare_theirs, spare_mine + for_theirs),
        )

    @property
    def garbled(self) -> bool:
        """Whether words that differ are at least alike, so that only an ID can tell that they are one's."""
        fewer, more = sorted(
            ([w.text for w in side if w.whole] for side in (self.mine, self.theirs)), key=len
        )
        return all(
            any(Levenshtein.normalized_similarity(one, other) >= GARBLED for other in more) for one in fewer
        )

    @property
    def equal(self) -> bool:
        """Whether both names are the same words."""
        return not self.mine and not self.theirs and all(m.kind is Kind.EQUAL for m in self.matches)


def _is_other_surname(one: tuple[Word, ...], other: tuple[Word, ...]) -> bool:
    """Tell whether a surname that is left over faces nothing but particles: Le Minh Tuan, Do Minh Tuan."""
    surname = any(word.role is Role.FAMILY and not word.particle for word in one)
    return surname and bool(other) and all(word.particle for word in other)


def align(mine: Name, theirs: Name) -> Alignment:
    """Return how two names are aligned: pairs of words from the surest kind on, each word once."""
    mine, theirs = _joined(mine, theirs), _joined(theirs, mine)
    left, right = list(mine), list(theirs)
    matches: list[Match] = []
    for kind, _, i, j in sorted(_pairs(mine, theirs)):
        if mine[i] in left and theirs[j] in right:
            left.remove(mine[i])
            right.remove(theirs[j])
            matches.append(Match(mine[i], theirs[j], kind))
    return Alignment(tuple(matches), tuple(left), tuple(right))


def _pairs(mine: Name, theirs: Name) -> Iterator[tuple[Kind, int, int, int]]:
    for i, one in enumerate(mine):
        for j, other in enumerate(theirs):
            kind = kind_of(one.text, other.text)
            if kind is None and (one.cut or other.cut) and _is_cut(one, other):
                kind = Kind.CUT
            if kind is not None:
                yield kind, -min(len(one.text), len(other.text)), i, j


def _is_cut(one: Word, other: Word) -> bool:
    shorter, longer = (one, other) if len(one.text) < len(other.text) else (other, one)
    long_enough = len(shorter.text) >= LEAST_LETTERS_OF_A_CUT
    return shorter.cut and long_enough and longer.text.startswith(shorter.text)


@lru_cache(maxsize=1 << 16)
def kind_of(one: str, other: str) -> Kind | None:
    """Return how one word stands for another, None if it does not."""
    if one == other:
        return Kind.EQUAL
    shorter = min(len(one), len(other))
    if shorter == 1:
        return Kind.INITIAL if one[0] == other[0] and is_initial(one[0]) else None
    if respelled(one) == respelled(other):
        return Kind.FOLDED
    if shorter < LEAST_LETTERS_OF_ONE_EDIT:
        return None
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        return Kind.ONE_EDIT
    return Kind.TWO_EDITS if distance == 2 and shorter >= LEAST_LETTERS_OF_TWO_EDITS else None


def _joined(name: Name, other: Name) -> Name:
    """Return a name in which neighbours that the other writes as one word are joined."""
    wanted = {word.text for word in other} - {word.text for word in name}
    if not wanted:
        return name
    for i in range(len(name) - 1):
        for end in range(i + 2, min(i + MOST_JOINED, len(name)) + 1):
            run = name[i:end]
            together = "".join(word.text for word in run)
            if any(_is_joined(together, text) for text in wanted):
                parts = sum(word.parts for word in run)
                one = Word(together, run[0].role, cut=run[-1].cut, parts=parts, foreign=run[0].foreign)
                return _joined((*name[:i], one, *name[end:]), other)
    return name


def _is_joined(pair: str, text: str) -> bool:
    if pair == text or abs(len(pair) - len(text)) > 1 or len(pair) < LEAST_LETTERS_OF_A_JOINED_TYPO:
        return pair == text
    return kind_of(pair, text) in (Kind.FOLDED, Kind.ONE_EDIT)
