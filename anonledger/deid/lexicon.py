"""Split names into words, and weigh every way in which a word may be spelled.

Owns: how much a word says by itself, and the lists of words that say nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from itertools import product

from anonledger.folding import fold

APOSTROPHES = "'’‘ʼʹ`´′＇·"  # also the point in the Catalan l·l
NO_APOSTROPHES = dict.fromkeys(map(ord, APOSTROPHES))
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
SIGNS = "’‘ʼʹ′＇‐‑‒–—·・"  # what stands in names beside letters
ASCII_SIGNS = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")
COMPONENTS = re.compile(r"[\^=,;\\]")
LOST = ("?", "??", "\ufffd", "\ufffd\ufffd", "")  # what a letter becomes that a character set does not have
STRONG = 3  # letters from which a word alone is the name, when it stands by itself
GLUED = 5  # letters from which a word is the name even inside another word
MOST_UMLAUTS = 4  # in a word, up to which every mixture of spellings is hunted
CUT = 8  # letters that old systems leave of a longer word
JOINED, LOOKED_AT = 4, 32  # words of a component that are also hunted run together, among so many


@lru_cache(maxsize=1)
def technical_words() -> frozenset[str]:
    """Return the words that mean something in imaging; alone they are never taken for a name."""
    return _listed("technical_words.txt")


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Return the words inside of which a name is not the name: technical, clinical and ordinary ones."""
    return technical_words() | _listed("ordinary_words.txt")


@lru_cache(maxsize=1)
def particles() -> frozenset[str]:
    """Return the words that belong to names and titles without telling anybody apart."""
    return _listed("particles.txt")


@lru_cache(maxsize=1)
def _all_technical() -> str:
    return "\n" + "\n".join(technical_words())


def _listed(file_name: str) -> frozenset[str]:
    text = resources.files("anonledger.deid").joinpath(file_name).read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


class Weight(IntEnum):
    """How much a word of a name says, from nothing to all."""

    PARTICLE = 0  # a particle or a title
    MUTE = 1  # a technical word or a number
    WEAK = 2  # too short to be the name by itself
    ALONE = 3  # the name, where it stands by itself
    INSIDE = 4  # the name, even inside a longer word


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a spelling says; ``roots``: the places in the name of the words that it stands for."""

    weight: Weight
    roots: frozenset[int]


def name_words(name: str) -> list[str]:
    """Return the folded words of a name; also the parts of a word with an apostrophe, and ö as oe or o."""
    joined = split(fold(name.translate(NO_APOSTROPHES)).translate(NO_APOSTROPHES))
    ways = (way for word in split(name.lower()) for way in _spelled_out(word))
    spelled_out = [part for way in ways for part in split(fold(way))]
    short = [w.replace("ae", "a").replace("oe", "o").replace("ue", "u") for w in joined]
    shortened = [w for w in short if w not in joined and len(w) >= GLUED]
    return list(dict.fromkeys([*joined, *split(fold(name)), *spelled_out, *shortened]))


def _spelled_out(word: str) -> Iterator[str]:
    """Yield a word with each of its umlauts as two letters or left: Ødegård is Oedegard and Odegaard too."""
    if sum(ord(c) in UMLAUTS for c in word) > MOST_UMLAUTS:
        yield word.translate(UMLAUTS)
    else:
        ways = ((c, c.translate(UMLAUTS)) if ord(c) in UMLAUTS else (c,) for c in word)
        yield from map("".join, product(*ways))


def split(name: str) -> list[str]:
    """Return the runs of letters, digits and marks; vowels are marks in Thai and the scripts of India."""
    return "".join(c if _is_written(c) else " " for c in name).split()


def initials(name: str) -> frozenset[tuple[str, int]]:
    """Return the folded first letters of the words of a name, with the place of the word.

    A letter by itself, such as the O of O'Hara, has a place of its own: it may stand beside what follows it.
    """
    return frozenset(
        (form[0], ~min(roots) if _is_initial(form) else min(roots))
        for word, roots in _words(name)
        if len(roots) == 1
        for form in name_words(word)
        if form[0].isalpha()
    )


@lru_cache(maxsize=1 << 13)
def spellings(name: str) -> Mapping[str, Spelling]:
    """Return every folded spelling of a word of a name, of words run together, and of what is left of one."""
    found: dict[str, Spelling] = {}
    for way in _readings(unicodedata.normalize("NFC", name)):
        for word, roots in _words(way):
            forms = [(form, weight_of(form)) for form in name_words(word)]
            if len(roots) > 1:
                forms = [(form, _joined_weight(form, weight)) for form, weight in forms if len(form) >= GLUED]
            for form, weight in (*forms, *_blurred(word), *_cut(forms)):
                if not _is_initial(form) and (form not in found or weight >= found[form].weight):
                    found[form] = Spelling(weight, roots)
        for at, word in enumerate(filter(_is_misread, ASCII_SIGNS.split(way))):
            found[fold(word)] = Spelling(Weight.INSIDE, frozenset({~at}))
    return found


def weight_of(word: str) -> Weight:
    """Return how much a folded word says by itself."""
    if word in particles():
        return Weight.PARTICLE
    if word in technical_words() or not any(map(str.isalpha, word)):
        return Weight.MUTE
    if len(word) >= GLUED and f"\n{word}" not in _all_technical():  # thora, as of thorax: also thoracolumbar
        return Weight.INSIDE
    return Weight.ALONE if len(word) >= STRONG or not (word.isascii() or len(word) == 1) else Weight.WEAK


def _readings(name: str) -> Iterator[str]:
    """Yield a name, and what it is if it is UTF-8 that was read as Windows-1252 or Latin-1."""
    yield name
    for codec in ("cp1252", "latin-1"):
        with suppress(UnicodeError):
            if not name.isascii():
                yield unicodedata.normalize("NFC", name.encode(codec).decode("utf-8"))


def _is_misread(word: str) -> bool:
    """Whether a word has signs in it that no name has, as one in Shift-JIS that was read as Latin-1."""
    return len(word) > 2 and any(not c.isascii() and not _is_written(c) and c not in SIGNS for c in word)


def _words(name: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield the words of a name with their places; neighbours run together first, single words last."""
    first = 0
    singles: list[tuple[str, frozenset[int]]] = []
    for component in COMPONENTS.split(name):
        words = "".join(c if _is_written(c) or c in APOSTROPHES else " " for c in component).split()
        singles += [(word, frozenset({first + at})) for at, word in enumerate(words)]
        near = words[:LOOKED_AT]
        for at in range(len(near)):
            for end in range(at + 2, min(at + JOINED, len(near)) + 1):
                if any(weight_of(fold(word)) >= Weight.WEAK for word in near[at:end]):
                    yield "".join(near[at:end]), frozenset(range(first + at, first + end))
        first += len(words)
    yield from singles


def _joined_weight(form: str, weight: Weight) -> Weight:
    """Return the weight of words run together: short ones make many a word by chance."""
    return weight if len(form) >= CUT else min(weight, Weight.ALONE)


def _blurred(word: str) -> Iterator[tuple[str, Weight]]:
    """Yield what is left of a word where its accented letters and apostrophes were lost."""
    for spelled in (word, unicodedata.normalize("NFD", word)):
        kept = sum(c.isascii() and c.isalpha() for c in spelled)
        if spelled.isascii() and not any(c in APOSTROPHES for c in spelled):
            continue
        for mark in LOST:
            form = "".join(c if c.isascii() and c.isalnum() else mark for c in spelled).lower()
            least = STRONG if mark else STRONG + 1
            if kept > 1 and weight_of(form) >= Weight.WEAK:
                yield form, Weight.ALONE if kept >= least else Weight.WEAK


def _cut(forms: Iterable[tuple[str, Weight]]) -> Iterator[tuple[str, Weight]]:
    for form, weight in forms:
        if weight >= Weight.ALONE and len(form) > CUT and weight_of(form[:CUT]) >= Weight.ALONE:
            yield form[:CUT], Weight.ALONE


def _is_written(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _is_initial(form: str) -> bool:
    return len(form) < 2 and form.isascii()
