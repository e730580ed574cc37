"""How many people bear a word in their name.

Owns: a rare name says much, a common one little; what no list and no table knows may be a typo.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate

from anonledger.subjects.spelled import Name

# How many people of the tables the list of known names is worth: it is nobody's neighbourhood.
WEIGHT_OF_KNOWN = 500
PER = 100_000
# Of scripts without a list every word may be a common name: five people in a thousand bear it.
FOREIGN = 0.005
# One person in ten bears a name that nobody listed; letters of names carry about three bits each.
UNLISTED, LETTER_CHOICES = 0.1, 8.0


@dataclass(frozen=True, slots=True)
class Known:
    """How many people of 100,000 bear a word as given name and as family name."""

    given: int
    family: int


class Frequencies:
    """The share of people who bear a word, from both sides of the linkage and the list of known names."""

    def __init__(self, patients: Sequence[Sequence[Name]], people: Sequence[Sequence[Name]]) -> None:
        self._counts = Counter[str]()
        for person in (*patients, *people):
            self._counts.update({word.text for name in person for word in name})
        self._people = len(patients) + len(people) + WEIGHT_OF_KNOWN
        self._sorted = sorted(self._counts)
        self._sums = [0, *accumulate(self._counts[word] for word in self._sorted)]

    def borne(self, word: str, parts: int = 1, foreign: bool = False) -> float:
        """Return the share of other people known to bear a word of a patient's name.

        ``parts`` run together; ``foreign``: of a script of which no list is kept.
        """
        known = known_names().get(word)
        listed = WEIGHT_OF_KNOWN * max(known.given, known.family) / PER if known else 0.0
        if foreign:
            listed = WEIGHT_OF_KNOWN * FOREIGN**parts
        return (max(self._counts[word] - 1, 0) + listed) / self._people

    def is_name(self, word: str) -> bool:
        """Tell whether a word is a name that people bear, and hardly a typo."""
        return word in known_names() or self._counts[word] > 1

    def beginning(self, letters: str) -> float:
        """Return the share of words that begin with these letters."""
        low = bisect_left(self._sorted, letters)
        high = bisect_right(self._sorted, letters + "\U0010ffff")
        return (self._sums[high] - self._sums[low] + 1) / (self._sums[-1] + 1)


def unlisted(word: str) -> float:
    """Return the chance that a stranger's name, which no list knows, is this word."""
    return UNLISTED * LETTER_CHOICES ** -len(word)


@lru_cache(maxsize=1)
def known_names() -> dict[str, Known]:
    """Return the known names with their frequencies."""
    found: dict[str, Known] = {}
    for line in files("anonledger.subjects").joinpath("known_names.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            given, family, *names = line.split()
            found.update(dict.fromkeys(names, Known(int(given), int(family))))
    return found
