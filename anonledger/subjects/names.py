"""Take a person's name apart and compare what is left of it.

Owns: one canonical form, equal under case, accents, order and separators.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from anonledger.folding import fold

APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʹ`´′＇"))
# Old systems write the reading of a Japanese name in katakana, PS3.5 annex H in hiragana.
HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
LEAST_LETTERS_OF_A_TYPO = 5
LEAST_REPETITIONS = 4


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name, in order.

    Of a person name with component groups (PS3.5 section 6.2), the first group that has words is taken.
    Apostrophes join; whatever else is neither letter, digit nor mark of any script separates.
    """
    return next((found for group in name.split("=") if (found := _split(group))), ())


def canonical(name: str) -> str:
    """Return the sorted words joined by one space; idempotent."""
    return " ".join(sorted(words(name)))


def letters(name: str) -> str:
    """Return the letters and digits of the canonical name, without spaces."""
    return "".join(sorted(words(name)))


def groups(name: str) -> tuple[str, ...]:
    """Return every component group of a person name that is not empty, stripped."""
    return tuple(filter(None, (group.strip() for group in name.split("="))))


def is_placeholder(value: str) -> bool:
    """Tell whether a name or an ID identifies nobody: empty, punctuation, XXXX, 0000, ANONYMOUS …"""
    found = words(value)
    whole = "".join(found)
    if not whole or whole in listed("placeholders.txt"):
        return True
    if len(set(whole)) == 1 and whole.isascii():
        return whole[0] in "0x" or len(whole) >= LEAST_REPETITIONS
    return all(word.isalpha() and word in listed("placeholders.txt") for word in found)


def usable(name: str) -> tuple[str, ...]:
    """Return the canonical names of the component groups that name somebody, sorted."""
    return tuple(sorted({canonical(group) for group in groups(name) if not is_placeholder(group)}))


def is_telling(word: str) -> bool:
    """Tell whether sharing this word says something: no single letter, particle, title or placeholder."""
    return len(word) > 1 and word not in listed("weak_words.txt") and not is_placeholder(word)


def nearly_equal(one: str, other: str) -> bool:
    """Tell whether two words of five letters or more lie within one edit."""
    return (
        min(len(one), len(other)) >= LEAST_LETTERS_OF_A_TYPO
        and Levenshtein.distance(one, other, score_cutoff=1) <= 1
    )


def near_words(word: str, vocabulary: Sequence[str]) -> list[str]:
    """Return the words of a vocabulary that are nearly equal to this one (and itself, if it is there)."""
    if len(word) < LEAST_LETTERS_OF_A_TYPO:
        return []
    found = process.extract(word, vocabulary, scorer=Levenshtein.distance, score_cutoff=1, limit=None)
    return [near for near, _, _ in found if len(near) >= LEAST_LETTERS_OF_A_TYPO]


def _split(group: str) -> tuple[str, ...]:
    folded = fold(_repaired(group).translate(APOSTROPHES))
    if folded.isascii():
        return tuple(re.findall(r"[a-z0-9]+", folded))
    # Vowel signs of Indic scripts and of Thai are marks, and as much part of a word as its letters.
    spoken = folded.translate(HIRAGANA)
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in spoken)
    return tuple("".join(kept).split())


def _repaired(text: str) -> str:
    """Return UTF-8 that was read as Latin-1 or Windows-1252 as what it was, if all of it reads as UTF-8."""
    if text.isascii():
        return text
    try:
        return b"".join(c.encode("latin-1" if c <= "\xff" else "cp1252") for c in text).decode("utf-8")
    except UnicodeError:
        return text


@lru_cache(maxsize=8)
def listed(file_name: str) -> frozenset[str]:
    """Return the words of a data file of this room: one a line, lines with # are comments."""
    lines = files("anonledger.subjects").joinpath(file_name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
