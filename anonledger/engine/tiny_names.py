"""Find the full names of others that no single word gives away: a word and initials, or words like any.

Owns: such a name counts as a whole only, its words side by side.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from anonledger.deid.lexicon import Weight, weight_of
from anonledger.deid.runs import is_glued
from anonledger.deid.views import View, views
from anonledger.engine.readings import words_said
from anonledger.records import Recipe
from anonledger.subjects.names import words

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 6  # of a name that is looked for as a whole


class TinyNames:
    """The names like Wu^E of several people, whichever of their words comes first."""

    def __init__(self, people: Iterable[Recipe]) -> None:
        """Keep the names that are tiny; the others are found by their words."""
        self._who: dict[tuple[str, ...], str] = {}
        for person in people:
            for spelled in filter(_is_tiny, map(words, person.names)):
                for order in (spelled, spelled[1:] + spelled[:1], spelled[::-1]):
                    self._who.setdefault(order, person.pseudonym)
        self._words = frozenset(word for order in self._who for word in order if len(word) > 1)
        self._lengths = sorted({len(order) for order in self._who}, reverse=True)

    def cleaned(self, text: str) -> str:
        """Return a text in which each such name gave way to the pseudonym of whose it is."""
        if self._words.isdisjoint(words_said(text)):
            return text
        pieces, position = [], 0
        for start, end, who in sorted(hit for view in views(text) for hit in self._hits(view)):
            if start >= position:
                pieces += [text[position:start], who]
                position = end
        return "".join([*pieces, text[position:]])

    def _hits(self, view: View) -> Iterator[tuple[int, int, str]]:
        found = list(WORD.finditer(view.text))
        for length in self._lengths:
            for at in range(len(found) - length + 1):
                run = found[at : at + length]
                who = self._who.get(tuple(word[0] for word in run))
                if who is not None and _are_together(view.text, run):
                    yield *view.span(run[0].start(), run[-1].end()), who


def _is_tiny(spelled: tuple[str, ...]) -> bool:
    """Whether the words of a name have not two among them by which it is found in a text."""
    long = [word for word in spelled if len(word) > 1]
    if not long or not 1 < len(spelled) <= MOST_WORDS or not "".join(spelled).isascii():
        return False
    return len(long) == 1 or all(weight_of(word) < Weight.WEAK for word in long)


def _are_together(text: str, run: list[re.Match[str]]) -> bool:
    return all(is_glued(text, one.end(), other.start()) for one, other in pairwise(run))
