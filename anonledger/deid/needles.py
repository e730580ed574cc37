"""Make the byte patterns by which verification looks for identifiers, in every encoding.

Owns: verification's own idea of a name; it shares no code with the cleaning, only the lists of words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from anonledger.records import Recipe

ENCODINGS = ("latin-1", "utf-8", "utf-16-le", "utf-16-be")
# What names with other letters are written in where nothing or something wrong is declared.
LEGACY = tuple(
    "cp850 cp866 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 koi8-r iso8859-2 iso8859-3 iso8859-4 iso8859-5 "
    "iso8859-6 iso8859-7 iso8859-9 iso8859-10 tis-620 shift_jis euc_jp euc_kr gb18030 big5".split()
)
LEGACY_LENGTH = 4  # bytes from which a word in such an encoding is no chance
IN_PIXELS = 6  # letters from which a word in pixels is no chance: (1/128)**6 a byte, 1e-6 in a 16 MB image
PAIRED = 32  # words of a name that are looked for in pairs; a value of the standard holds no more
ANYWHERE = 5  # letters from which a word counts inside a longer word
ALONE = 3  # letters from which a word counts when it stands by itself
ID_LENGTH = 6  # characters from which an ID counts
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
GAP = rb"[ ^,._\-/=\t\r\n\\|;:'`\x92\xb4\xe2\x80\x99]{0,3}"


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for: ``quick`` first, then ``pattern`` around it; ``short`` may be met by chance."""

    pattern: re.Pattern[bytes]
    quick: bytes
    in_pixels: bool
    short: bool = False
    number: bool = False


@lru_cache(maxsize=1)
def technical_words() -> frozenset[str]:
    """Return the words that alone are no name: technical ones, particles and titles."""
    folder = resources.files("anonledger.deid")
    texts = [folder.joinpath(f"{name}.txt").read_text("utf-8") for name in ("technical_words", "particles")]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word in line.split())


def plain_text(text: str) -> str:
    """Return lower-case text without accents, by decomposition alone."""
    marks = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in marks if not unicodedata.combining(c))


def _words(name: str) -> list[str]:
    """Return the words of a name as spelled, without apostrophes and also parted there, and ö as oe."""
    spelled = unicodedata.normalize("NFC", name)
    both = re.sub("['’‘ʼʹ`´′＇]", "", spelled) + " " + spelled + " " + spelled.lower().translate(UMLAUTS)
    letters = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in both)
    return list(dict.fromkeys(letters.split()))


@lru_cache(maxsize=256)
def needles_of(recipe: Recipe) -> tuple[Needle, ...]:
    needles: dict[tuple[bytes, bool], Needle] = {}
    for name in recipe.names:
        words = _words(name)
        for word in dict.fromkeys(words):
            if plain_text(word) not in technical_words():
                needles |= _word_needles(word)
        for first, second in _neighbours(words):
            needles |= _pair_needles(first, second)
    for number in recipe.ids:
        needles |= _id_needles(number.strip())
    return tuple(needles.values())


def _forms(word: str) -> Iterator[tuple[bytes, int]]:
    """Return the byte forms of a word, lower-cased as ``bytes.lower`` does, and bytes a letter (0: any)."""
    parted = unicodedata.normalize("NFD", word.lower())
    for form in dict.fromkeys((word.lower(), word.upper(), word.title(), word, plain_text(word), parted)):
        for encoding in ENCODINGS if form.isascii() else ENCODINGS + LEGACY:
            try:
                raw = form.encode(encoding).lower()
            except UnicodeEncodeError:
                continue
            if encoding not in LEGACY or len(raw) >= LEGACY_LENGTH:
                yield raw, 2 if encoding.startswith("utf-16") else 1 if form.isascii() else 0


def _word_needles(word: str) -> dict[tuple[bytes, bool], Needle]:
    plain = plain_text(word)
    # Two letters are a whole name in scripts without case, such as Han.
    if not any(c.isalpha() for c in plain) or len(plain) < (2 if plain.upper() == plain else ALONE):
        return {}
    found = {}
    short = len(plain) < ANYWHERE
    for form, width in _forms(word):
        pattern = re.escape(form)
        if short and plain.isascii():
            pattern = (
                rb"(?<![a-z]\0)(?<!\0[a-z])" + pattern + rb"(?!\0?[a-z])"
                if width == 2
                else rb"(?<![a-z])" + pattern + rb"(?![a-z])"
            )
        # Letters beyond ASCII are not looked for in pixels: as UTF-16 they are numbers such as tissue has.
        in_pixels = form.replace(b"\0", b"").isascii() and len(form) >= IN_PIXELS * max(width, 1)
        found[form, False] = Needle(re.compile(pattern), form, in_pixels, short)
    return found


def _neighbours(words: list[str]) -> Iterable[tuple[str, str]]:
    """Return pairs of words of one name, both ways round, of which one is no mute word or which are all."""
    for first in words[:PAIRED]:
        for second in words[:PAIRED]:
            telling = any(map(_is_telling, (first, second)))
            whole = len(words) == 2 and not any(map(_is_telling, words)) and (first + second).isalpha()
            least = ALONE if telling else ANYWHERE
            if first != second and (telling or whole) and len(first) + len(second) > least:
                yield first, second


def _is_telling(word: str) -> bool:
    return word.isalpha() and len(word) > 1 and plain_text(word) not in technical_words()


def _pair_needles(first: str, second: str) -> dict[tuple[bytes, bool], Needle]:
    found = {}
    for left, right in ((first.lower(), second.lower()), (plain_text(first), plain_text(second))):
        for encoding in ("latin-1", "utf-8"):
            try:
                one, two = left.encode(encoding).lower(), right.encode(encoding).lower()
            except UnicodeEncodeError:
                continue
            pattern = rb"(?<![a-z0-9])" + re.escape(one) + GAP + re.escape(two) + rb"(?![a-z0-9])"
            seed = max(one, two, key=len)
            in_pixels = (one + two).isascii() and len(one + two) >= IN_PIXELS
            found[one + b"^" + two, True] = Needle(re.compile(pattern), seed, in_pixels)
        for encoding, gap in (
            ("utf-16-le", rb"(?:[ ^,._\-/=]\0){0,3}"),
            ("utf-16-be", rb"(?:\0[ ^,._\-/=]){0,3}"),
        ):
            one, two = left.encode(encoding).lower(), right.encode(encoding).lower()
            inner = re.escape(one) + gap + re.escape(two)
            pattern = rb"(?<![a-z]\0)(?<!\0[a-z])" + inner + rb"(?!\0?[a-z])"
            found[one + b"^" + two, True] = Needle(re.compile(pattern), max(one, two, key=len), False)
    return found


def _id_needles(number: str) -> dict[tuple[bytes, bool], Needle]:
    plain = plain_text(number)
    if len(plain) < ID_LENGTH or plain in technical_words() or re.fullmatch(r"(19|20)\d{6}", plain):
        return {}
    raw = plain.encode("utf-8")
    numeric = not any(c.isalpha() for c in plain)
    inside = rb"[a-z0-9.]" if numeric else rb"[a-z0-9]"
    pattern = rb"(?<!" + inside + rb")" + re.escape(raw) + rb"(?!" + inside + rb")"
    return {(raw, False): Needle(re.compile(pattern), raw, len(raw) >= IN_PIXELS, number=numeric)}
