"""Find what goes with a name only because it stands next to it: initials, and words that were cut.

Owns: nothing of it is ever the name by itself.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from anonledger.deid.lexicon import Spelling, Weight, initials, weight_of

LONGEST_WORD = 24  # letters of a cut word, at most
SHORTENED, SHORTENED_APART = 3, 4  # letters of a cut word beside the name: joined to it, and behind a blank
BEFORE = re.compile(r"(?<![^\W_])([^\W\d_])[.^_ ]{0,2}(?:([^\W\d_])[.^_ ]{0,2})?\Z")
BEHIND = re.compile(
    r"[ ,.^_]{1,2}([^\W\d_])(?:[.^_ ]{0,2}([^\W\d_]))?\.?(?![^\W_])|([^\W\d_]{1,2})(?![^\W\d_])"
)
POINTED = re.compile(r"[.^]")
WORD_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{3,24})([ ^,._-]{1,2})\Z")
WORD_BEHIND = re.compile(r"([ ^,._-]{1,2})([^\W\d_]{3,24})(?![^\W_])")
Words = frozenset[str]


class Company:
    """The initials of each name, and its words that may have been cut."""

    def __init__(self, names: Mapping[str, Mapping[str, Spelling]]) -> None:
        """``names``: the spellings of each name."""
        self._initials = [initials(name) for name in names]
        self._stands: dict[str, list[tuple[int, frozenset[int]]]] = defaultdict(list)
        self._long: set[str] = set()
        for number, spelled in enumerate(names.values()):
            for word, spelling in spelled.items():
                self._stands[word].append((number, spelling.roots))
                if spelling.weight is Weight.INSIDE:
                    self._long.add(word)
        self._others: dict[Words, frozenset[str]] = {}

    def with_initials(self, text: str, start: int, end: int, words: Words) -> tuple[int, int]:
        """Return a stretch in which ``words`` of a name stand, with the initials of the others beside it."""
        first, last = start, end
        letters = self.initials_beside(words)
        before = BEFORE.search(text, max(0, start - 6), start)
        if before and _are_initials(before, letters):
            first = before.start()
        behind = BEHIND.match(text, end)
        if behind and _are_initials(behind, letters):
            last = behind.end()
        return first, last

    def is_initialled(self, text: str, start: int, end: int, words: Words) -> bool:
        """Whether an initial with its point or caret stands beside."""
        first, last = self.with_initials(text, start, end, words)
        return bool(POINTED.search(text, first, start) or POINTED.search(text, end, last))

    def initials_beside(self, words: Words) -> frozenset[str]:
        """Return the first letters of the other words of every name that these words are of."""
        if words not in self._others:
            taken: dict[int, frozenset[int]] = defaultdict(frozenset)
            for word in words:
                for number, roots in self._stands.get(word, ()):
                    taken[number] |= roots
            self._others[words] = frozenset(
                letter
                for number in taken
                for letter, root in self._initials[number]
                if root not in taken[number]
            )
        return self._others[words]

    def stretches(self, text: str, start: int, end: int, words: Words) -> list[tuple[int, int]]:
        """Return what goes with the words of a name that stand in a stretch of a folded text."""
        first, last = self.with_initials(text, start, end, words)
        found = [(first, start), (end, last)]
        before = WORD_BEFORE.search(text, max(0, first - LONGEST_WORD), first)
        if before and self._is_cut(before[1], before[2]):
            found.append((before.start(), first))
        behind = WORD_BEHIND.match(text, last)
        if behind and self._is_cut(behind[2], behind[1]):
            found.append((last, behind.end()))
        return [(a, b) for a, b in found if a < b]

    def _is_cut(self, word: str, glue: str) -> bool:
        if len(word) < (SHORTENED_APART if " " in glue else SHORTENED) or weight_of(word) < Weight.ALONE:
            return False
        return any(spelled.startswith(word) for spelled in self._long)


def _are_initials(match: re.Match[str], letters: frozenset[str]) -> bool:
    """Whether letters beside a name are its initials; a second one that is not known needs a point."""
    found = "".join(filter(None, match.groups()))
    if len(found) == 1 or "." in match[0]:
        return found[0] in letters
    return letters.issuperset(found) and found[0] != found[1] and weight_of(found) >= Weight.WEAK
