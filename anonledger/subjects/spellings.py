"""Compare two spellings of a name word by word.

Owns: a word that begins like another is another word, unless it is an initial or was cut off.
"""

from collections import Counter
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from anonledger.subjects.names import is_telling, nearly_equal, words

# Where systems cut names off: SH and LO of the standard (PS3.5 section 6.2).
CUT_LENGTHS = {16, 64}
LEAST_LETTERS_OF_A_CUT_WORD = 2
LEAST_LETTERS_OF_A_FULL_WORD = 3
LARGEST_DISTANCE_OF_A_TYPO = 0.34

BEGINS_ALIKE = "a name begins like the other but is longer"
WORD_DIFFERS = "a whole word of the name differs"
SHORTENED = "a name is shortened"
ONE_WORD = "names have one word in common only"
# What an equal birth date makes up for; it does not for the others, since twins share it.
EXCUSED_BY_BIRTH_DATE = {SHORTENED, ONE_WORD}


@dataclass(frozen=True, slots=True, order=True)
class Spelling:
    """The sorted words of a name, and the one at its end when the name may have been cut off there."""

    words: tuple[str, ...] = field(repr=False)
    cut: str = field(default="", repr=False)

    @property
    def letters(self) -> str:
        """The words without spaces."""
        return "".join(self.words)


def spelling(name: str) -> Spelling:
    """Return the spelling of one name (one component group)."""
    found = words(name)
    return Spelling(tuple(sorted(found)), found[-1] if len(name.strip()) in CUT_LENGTHS else "")


def word_distance(one: Spelling, other: Spelling) -> float:
    """Return how far two names are apart (0 to 1) when words may be swapped, missing or shortened.

    A misspelled, shortened or missing word counts like one letter. The distance is 1 when a word of the
    shorter name is found nowhere in the other, or when they share no full word of three letters.
    """
    left, right = _leftovers(one, other)
    full = any(len(w) >= LEAST_LETTERS_OF_A_FULL_WORD and is_telling(w) for w in _shared(one, other))
    cost = len(right) - len(left)
    for word in left:
        partner = next((p for p in right if nearly_equal(word, p)), None)
        full = full or partner is not None
        partner = partner or next((p for p in right if _is_short_for(word, p, one, other)), None)
        if partner is None:
            return 1.0
        right.remove(partner)
        cost += 1
    return cost / max(len(one.letters), len(other.letters)) if full else 1.0


def faults(one: Spelling, other: Spelling) -> tuple[str, ...]:
    """Return why two names that lie near each other may still be the names of two people."""
    left, right = _leftovers(one, other)
    found: set[str] = set()
    matched = len(_shared(one, other))
    for word in left:
        partner = min(right, key=lambda p: (Levenshtein.normalized_distance(word, p), p))
        short = [p for p in right if _is_short_for(word, p, one, other)]
        if short:
            partner = short[0]
            found.add(SHORTENED)
        elif partner.startswith(word) or word.startswith(partner):
            found.add(BEGINS_ALIKE)
        elif Levenshtein.normalized_distance(word, partner) > LARGEST_DISTANCE_OF_A_TYPO:
            found.add(WORD_DIFFERS)
        else:
            matched += 1
        right.remove(partner)
    if right and matched < 2 and not found:
        found.add(ONE_WORD)
    return tuple(sorted(found))


def _shared(one: Spelling, other: Spelling) -> list[str]:
    return list((Counter(one.words) & Counter(other.words)).elements())


def _leftovers(one: Spelling, other: Spelling) -> tuple[list[str], list[str]]:
    """Return the words that only one side has, longest first; the side with fewer words comes first."""
    fewer, more = (Counter(s.words) for s in sorted((one, other), key=lambda s: (len(s.words), s)))
    return _longest_first(fewer - more), _longest_first(more - fewer)


def _longest_first(found: Counter[str]) -> list[str]:
    return sorted(found.elements(), key=lambda word: (-len(word), word))


def _is_short_for(word: str, partner: str, one: Spelling, other: Spelling) -> bool:
    """Tell whether one of two words is the other's initial, or its beginning where the name was cut off."""
    shorter, longer = sorted((word, partner), key=len)
    if not longer.startswith(shorter):
        return False
    cut = shorter in {one.cut, other.cut} and len(shorter) >= LEAST_LETTERS_OF_A_CUT_WORD
    return len(shorter) == 1 or cut
