"""Read a person's name as words with what is known of each.

Owns: titles and what marks a maiden name are no words of a name; particles say little; a cut word says so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from anonledger.subjects.names import groups, is_placeholder, listed, words
from anonledger.subjects.spellings import CUT_LENGTHS

# A letter that a system could not write is one wrong letter, not the end of a word.
LOST_LETTER = re.compile(r"(?<=\w)[?\ufffd]|[?\ufffd](?=\w)")
ANY_LETTER = "ʔ"
WRITTEN_TOGETHER = re.compile(r"(?<=[a-zß-ÿ]{2})(?=[A-ZÀ-Þ][a-zß-ÿ])")
GERMAN = (("ae", "a"), ("oe", "o"), ("ue", "u"))


class Role(IntEnum):
    """What a word is in its name; a table seldom says it."""

    UNKNOWN = 0
    FAMILY = 1
    GIVEN = 2


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """A folded word of a name. ``particle``: it says little; ``cut``: it may have been cut off."""

    text: str = field(repr=False)
    role: Role = Role.UNKNOWN
    particle: bool = False
    cut: bool = False

    @property
    def whole(self) -> bool:
        """Whether the word is more than an initial or a particle."""
        return len(self.text) > 1 and not self.particle


Name = tuple[Word, ...]


def spelled(texts: Iterable[str]) -> tuple[Name, ...]:
    """Return the names of all component groups that name somebody, without doubles, sorted."""
    found = {_name(group) for text in texts for group in groups(text) if not is_placeholder(group)}
    return tuple(sorted(found - {()}))


@lru_cache(maxsize=1 << 16)
def german(word: str) -> str:
    """Return a word with ae, oe and ue written as the vowels alone, as folding leaves ä, ö and ü."""
    for two, one in GERMAN:
        word = word.replace(two, one)
    return word


def _name(group: str) -> Name:
    """Return the words of one component group (PS3.5 section 6.2) that are no title."""
    parts = WRITTEN_TOGETHER.sub(" ", LOST_LETTER.sub(ANY_LETTER, group)).split("^")
    found = [(word, _role(n, parts)) for n, part in enumerate(parts) for word in words(part)]
    last = found[-1] if found and len(group.strip()) in CUT_LENGTHS else None
    kept = [pair for pair in found if pair[0] not in listed("titles.txt")] or found
    weak = listed("weak_words.txt")
    telling = sum(len(text) > 1 and text not in weak for text, _ in kept)
    return tuple(Word(text, role, text in weak and telling > 1, (text, role) == last) for text, role in kept)


def _role(position: int, parts: Sequence[str]) -> Role:
    if not words(parts[0]) or not words(" ".join(parts[1:3])):
        return Role.UNKNOWN
    return Role.GIVEN if position else Role.FAMILY
