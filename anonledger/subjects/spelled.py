"""Read a person's name as words with what is known of each.

Owns: titles and what marks a maiden name are no words of a name; particles say little; a cut word says so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from unicodedata import normalize

from anyascii import anyascii

from anonledger.subjects.names import groups, is_placeholder, listed, words
from anonledger.subjects.spellings import CUT_LENGTHS

# A letter that a system could not write is one wrong letter, not the end of a word.
LOST_LETTER = re.compile(r"(?<=\w)[?\ufffd]|[?\ufffd](?=\w)")
ANY_LETTER = "ʔ"
MOST_WORDS = 24  # of a name; what follows is hardly one
WRITTEN_TOGETHER = re.compile(r"(?<=[a-zß-ÿ]{2})(?=[A-ZÀ-Þ][a-zß-ÿ])")
NOTHING_BESIDE: tuple[frozenset[str], frozenset[str]] = (
    frozenset(),
    frozenset(),
)  # one for all of a long table
HAN = re.compile("[\u3400-\u9fff]")
GERMAN = (("ae", "a"), ("oe", "o"), ("ue", "u"))


class Role(IntEnum):
    """What a word is in its name; a table seldom says it."""

    UNKNOWN = 0
    FAMILY = 1
    GIVEN = 2


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """A folded word of a name.

    ``particle``: it says little; ``cut``: it may have been cut off; ``parts``: words that were written apart;
    ``foreign``: it is of a script of which no list of names is kept, or was before it was put in Latin.
    """

    text: str = field(repr=False)
    role: Role = Role.UNKNOWN
    particle: bool = False
    cut: bool = False
    parts: int = 1
    foreign: bool = False

    @property
    def whole(self) -> bool:
        """Whether the word is more than an initial or a particle."""
        return not self.particle and not is_initial(self.text)


Name = tuple[Word, ...]


def spelled(texts: Iterable[str]) -> tuple[Name, ...]:
    """Return the names of all component groups that name somebody, without doubles, sorted."""
    written = {group for text in texts for group in groups(text) if not is_placeholder(group)}
    found = {_name(group) for group in written} | {
        _name(anyascii(normalize("NFKC", g)), True) for g in written if _has_reading(g)
    }
    return tuple(sorted(found - {()}))


def is_initial(text: str) -> bool:
    """Tell whether a word is a single letter of a script that has capitals; a Chinese sign is a name."""
    return len(text) == 1 and text.upper() != text


def _is_unlisted(text: str) -> bool:
    """Tell whether a word is written in a script of which no list of names is kept."""
    return not text.replace(ANY_LETTER, "").isascii()


@lru_cache(maxsize=1 << 16)
def respelled(word: str) -> str:
    """Return a word with ae, oe and ue as the vowels alone, in one of the ways its name is written."""
    for two, one in GERMAN:
        word = word.replace(two, one)
    return _variants().get(word, word)


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    """Return the first of the spellings of each name that is written in several ways."""
    lines = files("anonledger.subjects").joinpath("variants.txt").read_text("utf-8").splitlines()
    ways = (line.split() for line in lines if not line.startswith("#"))
    return {way: first for first, *others in ways for way in others}


def _has_reading(group: str) -> bool:
    """Tell whether a component group can be put into Latin letters; Han has no reading of its own."""
    return _is_unlisted("".join(words(group))) and not HAN.search(group)


def said_beside(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words for a generation (Jr), and those for somebody else or a newborn, in names."""
    found = frozenset(
        word for text in texts for group in groups(text) for part in group.split("^") for word in words(part)
    )
    generation, kin = found & listed("generations.txt"), found & listed("kin_words.txt")
    return (generation, kin) if generation or kin else NOTHING_BESIDE


def comparable(mine: Name, theirs: Name) -> bool:
    """Tell whether two names may be compared: one that was put into Latin letters, with Latin ones only."""
    return not any(
        _is_latinized(one) and is_foreign(other) for one, other in ((mine, theirs), (theirs, mine))
    )


def is_foreign(name: Name) -> bool:
    """Tell whether a name is, or was, in a script of which no list of names is kept."""
    return any(word.foreign for word in name)


def _is_latinized(name: Name) -> bool:
    return any(word.foreign and not _is_unlisted(word.text) for word in name)


def _name(group: str, foreign: bool = False) -> Name:
    """Return the words of one component group (PS3.5 section 6.2) that are no title."""
    parts = WRITTEN_TOGETHER.sub(" ", LOST_LETTER.sub(ANY_LETTER, group)).split("^")
    found = [(word, _role(n, parts)) for n, part in enumerate(parts) for word in words(part)]
    last = found[-1] if found and len(group.strip()) in CUT_LENGTHS else None
    beside = listed("titles.txt") | listed("generations.txt")
    named = {role for text, role in found if text not in beside}  # Pan^Wei Min: all of its surname is a title
    kept = [pair for pair in found if pair[0] not in beside or pair[1] not in named | {Role.GIVEN}] or found
    weak = listed("weak_words.txt")
    telling = sum(not is_initial(text) and text not in weak for text, _ in kept)
    strong = {
        role for text, role in kept if text not in weak
    }  # Le^Minh Tuan: all of its surname is a particle
    return tuple(
        Word(
            text,
            role,
            particle=text in weak and telling > 1 and (role in strong or role is Role.UNKNOWN),
            cut=(text, role) == last,
            foreign=foreign or _is_unlisted(text),
        )
        for text, role in kept[:MOST_WORDS]
    )


def _role(position: int, parts: Sequence[str]) -> Role:
    if not words(parts[0]) or not words(" ".join(parts[1:3])):
        return Role.UNKNOWN
    return Role.GIVEN if position else Role.FAMILY
