"""Spot in bytes, in one pass, where an identifier may stand in any of its spellings and encodings.

Owns: where the hunt would find something in bytes, a seed is met; what a seed meets may be chance.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from anonledger.deid.hunt import Hunter
from anonledger.deid.lexicon import CUT, NO_APOSTROPHES, Weight, name_words, spellings, split
from anonledger.deid.phrases import PARTS
from anonledger.folding import fold, fold_character
from anonledger.records import Recipe

WIDE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes a character
# What text is found in that declares another character set, or none: the Latin alphabets, and others.
ACCENTED = tuple(
    "latin-1 cp1250 cp1252 cp1254 cp1257 cp850 cp852 iso8859_2 iso8859_3 iso8859_4 iso8859_9 iso8859_10 "
    "iso8859_13 mac_roman".split()
)
LEGACY = ACCENTED + tuple(
    "cp1251 cp1253 cp1255 cp1256 cp862 cp866 koi8_r iso8859_5 iso8859_6 iso8859_7 iso8859_8 tis_620 cp949 "
    "euc_jp cp932 gb18030 cp950".split()
)
LONGEST_ID = 64
SHORTEST_ID = 4  # letters and digits
SHORTEST_RUN = 3  # letters without accent in a row by which an accented word is spotted however it is escaped
SMALL = 256  # bytes of a value that is looked through in every Latin alphabet, even if it is no text
LETTERS = 24  # of a word, at most, on either side of an accent
LEAST_ACCENTED = 4  # bytes of a word with an accent
GLUE = ("", "^", " ", "_", "-", ".", ",", ", ")  # between parts of a name that are too short to be spotted
SEPARATORS = ("", "-", ".", " ", "/", "_")
_ACCENT = rb"(?:[\xc3-\xc5\xcc\xcd][\x80-\xbf]|\xe1[\xb8-\xbb][\x80-\xbf])"  # in UTF-8, composed or not
ACCENT = re.compile(_ACCENT)
BEFORE, BEHIND = re.compile(rb"(?:[A-Za-z]|%b)*\Z" % _ACCENT), re.compile(rb"(?:[A-Za-z]|%b)*" % _ACCENT)


class Spot(NamedTuple):
    """A place in bytes where an identifier may stand, and the codec in which it would."""

    start: int
    end: int
    codec: str


class Spotter:
    """Knows the spellings of all that a recipe wants gone, and spots them in any number of values.

    ``longest``: characters of the longest name, ID or term of its own.
    """

    def __init__(self, recipe: Recipe) -> None:
        seeds: dict[bytes, str] = {}
        texts = sorted(set(_texts(recipe)))
        accented = [text for text in texts if not text.isascii()]  # the others are as in UTF-8
        for codec in ("utf-8", *WIDE, *LEGACY):  # the same bytes may be two names: UTF-8 is the likelier
            for text in accented if codec in LEGACY else texts:
                raw = _encoded(text, codec)
                if raw:
                    seeds.setdefault(_folded(raw), codec)
        self.longest = max(map(len, (*recipe.names, *recipe.ids, *recipe.terms)), default=0)
        plain = [seed for seed, codec in seeds.items() if codec == "utf-8" and seed.isascii()]
        self._codecs = tuple(seeds.values())
        self._seeds = BytesAhoCorasick(list(seeds))
        self._plain = BytesAhoCorasick(plain)

    def spots(self, raw: bytes, *, text: bool = False) -> list[Spot]:
        """Return where an identifier may stand, in order; accents count as their letters."""
        found = []
        for seed, start, end in self._seeds.find_matches_as_indexes(_folded(raw), overlapping=True):
            codec = self._codecs[seed]
            if codec == "utf-8" and not raw[start:end].isascii():
                found.append(Spot(start, end, "latin-1"))
            found.append(Spot(start, end, codec))
        if not raw.isascii():
            found += self._accented(raw)
            found += self._otherwise(raw) if text or len(raw) <= SMALL else ()
        return sorted(set(found))

    def _accented(self, raw: bytes) -> Iterator[Spot]:
        """Yield the words in UTF-8 that are a name but for their accents."""
        end = 0
        for accent in ACCENT.finditer(raw):
            if accent.start() < end:
                continue
            before = BEFORE.search(raw, max(0, accent.start() - LETTERS), accent.start())
            behind = BEHIND.match(raw, accent.end(), accent.end() + LETTERS)
            start, end = before.start() if before else 0, behind.end() if behind else 0
            if end - start < LEAST_ACCENTED:
                continue
            word = fold(raw[start:end].decode("utf-8", "ignore")).encode()
            if self._plain.find_matches_as_indexes(word):
                yield Spot(start, end, "utf-8")

    def _otherwise(self, raw: bytes) -> Iterator[Spot]:
        """Yield the accented words in the Latin alphabets that are a name but for their accents."""
        for codec in ACCENTED[1:]:
            for _, start, end in self._plain.find_matches_as_indexes(raw.translate(_folding(codec))):
                if not raw[start:end].isascii():
                    yield Spot(start, end, codec)


@lru_cache(maxsize=64)
def spotter_of(hunter: Hunter) -> Spotter:
    """Return the spotter of what a hunter hunts; made once per subject in each process."""
    return Spotter(hunter.recipe)


def _folded(raw: bytes) -> bytes:
    return raw.lower() if raw.isascii() else raw.translate(_folding("latin-1"))


@lru_cache(maxsize=32)
def _folding(codec: str) -> bytes:
    """Return the table that takes case and accents from text of one byte a letter."""
    table = bytearray(range(256))
    for number in range(256):
        folded = fold_character(bytes((number,)).decode(codec, "replace"))
        if len(folded) == 1 and folded.isascii() and folded.isalpha():
            table[number] = ord(folded)
    return bytes(table)


def _texts(recipe: Recipe) -> Iterator[str]:
    """Yield the texts of which one stands wherever the hunt finds something."""
    names = [*recipe.names, *(name for stranger in recipe.strangers for name in stranger.names)]
    for name in names:
        telling = {form for form, spelling in spellings(name).items() if spelling.weight >= Weight.WEAK}
        yield from _spellings(name, telling or {_longest(name)})
        yield from _pairs(name)
    for term in recipe.terms:
        yield from _spellings(term, {_longest(term)})
        yield from _numbers(fold(term).strip()[:LONGEST_ID])
    for number in (*recipe.ids, *(number for stranger in recipe.strangers for number in stranger.ids)):
        yield from _numbers(fold(number).strip()[:LONGEST_ID])


def _longest(name: str) -> str:
    return max(name_words(name), key=len, default="")


def _spellings(name: str, wanted: set[str]) -> Iterator[str]:
    """Yield the beginnings of the wanted words, folded and as spelled, in every case and accent form."""
    yield from (word[:CUT] for word in wanted)
    for word in {*split(name), *split(name.translate(NO_APOSTROPHES))}:
        if word.isascii() or fold(word) not in wanted:
            continue
        for form in (word, word.lower(), word.upper(), word.title()):
            yield form[:CUT]
        yield unicodedata.normalize("NFD", word.lower())[:CUT]
        yield _twice_encoded(word.lower())[:CUT]
        yield _twice_encoded(word.upper())[:CUT]
        yield from (run[:CUT] for run in re.findall(f"[a-z]{{{SHORTEST_RUN},}}", word.lower()))


def _twice_encoded(word: str) -> str:
    """Return what is left of a word in UTF-8 that a program took for Latin-1."""
    return word.encode().decode("latin-1")


def _pairs(name: str) -> Iterator[str]:
    """Yield neighbours that are too short to be spotted alone, as in many Chinese and Korean names."""
    words = split(name)
    for first, second in pairwise(words):
        if min(len(first), len(second)) == 1 and not (first.isascii() or second.isascii()):
            for glue in GLUE:
                yield first + glue + second
                yield second + glue + first


def _numbers(number: str) -> Iterator[str]:
    """Yield an ID as it is, without leading zeros, and with every separator in place of its own."""
    if sum(map(str.isalnum, number)) < SHORTEST_ID:
        return
    yield number
    yield number.lstrip("0")
    parts = PARTS.findall(number)
    if len(parts) > 1:
        yield from (separator.join(parts) for separator in SEPARATORS)


def _encoded(text: str, codec: str) -> bytes:
    """Return a text in a codec; nothing if it has other letters, or if these are too few to be looked for."""
    try:
        raw = text.encode(codec)
    except UnicodeEncodeError:
        return b""
    least = 2 * WIDE.get(codec, 1) if text.isascii() or codec in WIDE else 3
    return raw if len(raw) >= least else b""
