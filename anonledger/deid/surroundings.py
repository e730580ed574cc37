"""Look at what stands before and behind a spelling: whether the word ends there, and what is next to it.

Owns: the bounds of a word, in bytes of any encoding.
"""

import re
from collections.abc import Collection, Iterator

from anonledger.deid.byteforms import WIDE, Form, folded

WINDOW = 80  # characters looked at around a first hit: two words and what may stand between them
GAP = 4  # characters that may stand between two words of a name
READABLE = 10  # readable characters around few letters that are no chance
LETTERS = b"abcdefghijklmnopqrstuvwxyz"
GLUE = b" ^,._-/=\t\r\n\\|;:()[]&'`\0\x91\x92\xb4"
PRINTABLE = bytes(range(0x20, 0x7F))
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
UTF8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
DESIGNATED = re.compile(rb"\x1b\$[^\x1b]*\Z")  # ISO/IEC 2022
LONGEST_CHARACTER = 4  # bytes
LAST_ALPHABETS = "\u2000"  # behind these come signs, syllables and ideographs


class Around:
    """A spelling with what stands before and behind it, one byte a character where it is wide."""

    def __init__(self, raw: bytes, start: int, end: int, form: Form) -> None:
        stride = form.stride
        first = max(start % stride, start - WINDOW * stride)
        behind = end + stride - 1
        # A neighbour of another width is none: plain text ends where UTF-16 begins.
        alike = not any(raw[max(0, start - stride + 1) : start]), not any(raw[end:behind])
        self.before = raw[first:start:stride] if alike[0] else b""
        self.word = raw[start:end:stride]
        self.after = raw[behind : behind + WINDOW * stride : stride] if alike[1] else b""
        self._codec = form.codec
        self._wide = WIDE.get(form.codec, 0)
        self._plain = stride > 1

    def joins_left(self, typed: bool) -> bool:
        """Whether a letter stands right before."""
        last = self.before[-1:]
        if not self._wide and (self._plain or last.isascii() or not typed):
            return last.isalpha()
        return self._is_letter(self._left())

    def joins_right(self, typed: bool) -> bool:
        """Whether a letter stands right behind."""
        first = self.after[:1]
        if not self._wide and (self._plain or first.isascii() or not typed):
            return first.isalpha()
        return self._is_letter(self._right())

    def _left(self) -> str:
        return _decoded(self.before[-(self._wide or LONGEST_CHARACTER) :], self._codec)[-1:]

    def _right(self) -> str:
        return _decoded(self.after[: self._wide or LONGEST_CHARACTER], self._codec)[:1]

    def _is_letter(self, character: str) -> bool:
        """Whether a character is a letter that makes one word with its neighbour."""
        alike = not self._wide or character < LAST_ALPHABETS  # most pairs of bytes are one of the others
        return alike and character.isalpha() and not UNSPACED.match(character)

    def whole_word(self) -> str:
        """Return the letters of which the spelling is a part."""
        before, after = self.before.lower(), self.after.lower()
        first = before[len(before.rstrip(LETTERS)) :]
        last = after[: len(after) - len(after.lstrip(LETTERS))]
        return folded(first + self.word + last).decode("latin-1")

    def is_misread(self) -> bool:
        """Whether a letter of the spelling is the first byte of another one in UTF-8."""
        return UTF8.search(self.word + self.after[:1]) is not None

    def is_escaped(self) -> bool:
        """Whether the escape sequence of a set with two bytes a character is in force."""
        return DESIGNATED.search(self.before) is not None

    def is_told(self) -> bool:
        """Whether the bytes around read as text: a long stretch of it, or one between NULs."""
        if self._wide:
            return any(
                c == "\0" or (c.isascii() and c.isprintable()) for c in (self._left(), self._right()) if c
            )
        first, last = self.before.rstrip(PRINTABLE), self.after.lstrip(PRINTABLE)
        length = len(self.before) - len(first) + len(self.word) + len(self.after) - len(last)
        return length >= READABLE or (first[-1:] == b"\0" == last[:1])

    def partners_before(self, partners: Collection[str], *, accents: bool) -> list[str]:
        """Return which of some words stands before, with but glue between; ``accents``: in any form."""
        near = self._plain_text(self.before, accents)
        bare = near.rstrip(GLUE)
        if len(near) - len(bare) > GAP:
            return []
        run = bare[len(bare.rstrip(LETTERS)) :].decode("ascii")
        return [run] if run in partners else [p for p in partners if _ends(bare, p, self._codec)]

    def partners_behind(self, partners: Collection[str], *, accents: bool) -> list[str]:
        """Return which of some words stands behind, as before."""
        near = self._plain_text(self.after, accents)
        bare = near.lstrip(GLUE)
        if len(near) - len(bare) > GAP:
            return []
        run = bare[: len(bare) - len(bare.lstrip(LETTERS))].decode("ascii")
        return [run] if run in partners else [p for p in partners if _starts(bare, p, self._codec)]

    @staticmethod
    def _plain_text(raw: bytes, accents: bool) -> bytes:
        return folded(raw) if accents else raw.lower()


def _decoded(raw: bytes, codec: str) -> str:
    """Return a few bytes as text, in the codec of the word beside them or what suits them."""
    if codec:
        return raw.decode(codec, "ignore")
    found = UTF8.findall(raw)
    return b"".join(found).decode("utf-8", "ignore") if found else raw.decode("latin-1")


def _ends(near: bytes, partner: str, codec: str) -> bool:
    return any(near.endswith(form) for form in _encoded(partner, codec))


def _starts(near: bytes, partner: str, codec: str) -> bool:
    return any(near.startswith(form) for form in _encoded(partner, codec))


def _encoded(partner: str, codec: str) -> Iterator[bytes]:
    """Yield a partner that is not in ASCII, in the codec of the word beside it."""
    if partner.isascii():
        return
    for cased in dict.fromkeys((partner, partner.upper(), partner.title())):
        try:
            form = folded(cased.encode(codec or "utf-8")).strip(b"\0")
        except UnicodeEncodeError:
            continue
        if form:
            yield form
