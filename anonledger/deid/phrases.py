"""Make the patterns of what is found only as a whole: IDs, terms of the user, names of ordinary words.

Owns: how long an ID has to be to be no chance, and what may stand between its parts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anonledger.deid.lexicon import (
    GLUED,
    NO_APOSTROPHES,
    UMLAUTS,
    Weight,
    split,
    weight_of,
)
from anonledger.deid.views import squeezed
from anonledger.folding import fold

DIGITS_OF_ID, LETTERS_OF_ID, MIXED_ID = 6, 5, 4  # how long an ID is that is hunted outside its own elements
STRANGERS_DIGITS, STRANGERS_MIXED = 7, 6  # the same for the ID of somebody else
LOOSE_ID = 6  # letters and digits from which an ID is found with anything, or nothing, between its parts
LONG_ID = 8  # the same for parts anywhere; such an ID with a letter also stands inside a word
LOOSE_TERM = 6  # letters and digits from which the words of a term may be run together
TINY = 3  # letters of a name that is hunted as a whole besides
MOST_WORDS = 32  # of a name that is known only as a whole
PARTED = r"(?:[^\w\\]|_){0,2}"  # what may stand between the parts of an ID
BETWEEN = r"[\W_]"
WHOLE_GLUE = re.escape(" ^,._-/=\0")  # what may stand in a name that is known only as a whole
NO_LONGER_WORD = r"(?<![^\W_])", r"(?![^\W_])"
NO_LONGER_NUMBER = r"(?<!\d)(?<!\d\.)", r"(?!\d|\.\d)"
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
PARTS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What goes as a whole: its pattern in folded text, and a key that any such text holds when squeezed."""

    key: str
    pattern: str
    in_numbers: bool = False


def is_hunted(number: str) -> bool:
    """Whether a folded ID is long enough to be no chance in a text, and no date."""
    digits, letters = _counted(number)
    if not letters:
        return digits >= DIGITS_OF_ID and not DATE.fullmatch(number)
    return letters + digits >= (MIXED_ID if digits else LETTERS_OF_ID) and weight_of(number) > Weight.MUTE


def is_hunted_elsewhere(number: str) -> bool:
    """Whether a folded ID is long enough to be looked for in the files of other subjects."""
    digits, letters = _counted(number)
    long_enough = digits >= STRANGERS_DIGITS if not letters else letters + digits >= STRANGERS_MIXED
    return digits > 0 and long_enough and not DATE.fullmatch(number)


def id_phrase(number: str) -> Phrase | None:
    """Return the phrase of a folded ID that is no part of a longer word, number or UID; None for zeros."""
    parts = PARTS.findall(number)
    digits, letters = _counted(number)
    if not letters:  # zeros in front of it, and letters, make no other number of it
        if digits >= LONG_ID:
            parts = list("".join(parts))
        parts = _without_zeros(parts)
        zeros = max(0, DIGITS_OF_ID - sum(map(len, parts)))  # 000007 is an ID, and 7 is not
        before, behind = NO_LONGER_NUMBER
        key = "0" * zeros + "".join(parts)
        return Phrase(key, f"{before}0{{{zeros},}}{PARTED.join(parts)}{behind}") if parts else None
    before, behind = NO_LONGER_WORD
    if digits + letters < LOOSE_ID or squeezed(number) != "".join(parts):
        return Phrase(squeezed(number), f"{before}{re.escape(number)}{behind}")
    if digits and digits + letters >= LONG_ID:
        parts = list("".join(parts))
        before, behind = _edges(number, "")
    return Phrase("".join(parts), f"{before}{PARTED.join(parts)}{behind}")


def term_phrases(term: str) -> Iterator[Phrase]:
    """Yield the phrases of what the user wants gone: its words in order, whatever stands between them."""
    if not any(map(str.isalpha, term)):
        number = id_phrase(fold(term))
        yield from (number,) if number else ()
        return
    spelled = (term, term.translate(NO_APOSTROPHES), term.lower().translate(UMLAUTS))
    for words in dict.fromkeys(tuple(split(fold(way))) for way in spelled):
        least = 0 if sum(map(len, words)) >= LOOSE_TERM else 1
        inner = f"{BETWEEN}{{{least},4}}".join(map(re.escape, words))
        before, behind = _edges("".join(words), r"[^\W\d_]")
        yield Phrase("".join(words), f"{before}{inner}{behind}", in_numbers=True)


def whole_phrases(names: Iterable[str]) -> Iterator[Phrase]:
    """Yield the phrases of names of which no word tells anybody apart: all of it, either way round."""
    for name in sorted(names):
        words = split(fold(name))
        if not 1 < len(words) <= MOST_WORDS or not any(map(str.isalpha, words)):
            continue
        tiny = (
            sum(map(len, words)) <= TINY and "".join(words).isascii()
        )  # Wu^E: no word of it tells by itself
        telling = (weight_of(w) >= Weight.WEAK and (len(w) > 1 or not w.isascii()) for w in words)
        if any(telling) and not tiny:
            continue
        least = 0 if sum(map(len, words)) > GLUED else 1
        glue = f"[{WHOLE_GLUE}]{{{least},4}}"
        for way in (words, words[::-1]):
            pattern = glue.join(map(re.escape, way))
            yield Phrase("".join(way), NO_LONGER_WORD[0] + pattern + NO_LONGER_WORD[1])


def _edges(text: str, letters: str) -> tuple[str, str]:
    """Return that no digit stands beside an end that is one, nor any of ``letters`` beside a letter."""
    beside = [r"\d" if end.isdigit() else letters for end in (text[0], text[-1])]
    return f"(?<!{beside[0]})" if beside[0] else "", f"(?!{beside[1]})" if beside[1] else ""


def _without_zeros(parts: list[str]) -> list[str]:
    """Return the digits of a number from the first that is not zero."""
    for at, part in enumerate(parts):
        if part.strip("0"):
            return [part.lstrip("0"), *parts[at + 1 :]]
    return []


def _counted(number: str) -> tuple[int, int]:
    return sum(map(str.isdigit, number)), sum(map(str.isalpha, number))
