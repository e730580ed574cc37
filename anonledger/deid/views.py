"""Read a text in every way in which a person would: folded, with escapes and mojibake resolved, closed up.

Owns: the way back from what was read to the characters of the text.
"""

import html
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from anonledger.deid.lexicon import APOSTROPHES
from anonledger.folding import fold_character

DASHES = "‐‑‒–—−·・"
SQUEEZED = dict.fromkeys(map(ord, (string.punctuation + string.whitespace + "\0").replace("?", "")))
SQUEEZED |= dict.fromkeys(map(ord, APOSTROPHES + DASHES))
APOSTROPHE = re.compile(rf"[{APOSTROPHES}](?<=[^\W\d_].)(?=[^\W\d_])")
HYPHENATED = re.compile(r"-[ \t]*(?:\r\n?|\n)[ \t]*(?=[^\W\d_])")
# K e l l e r or K.e.l.l.e.r: four letters or more, always with the same between them.
GAP = r"(?P<gap>[ ._\-^/,*\0]{1,3})"
SPACED = re.compile(rf"[ ._\-^/,*\0][^\W\d_]{GAP}[^\W\d_](?P=gap)[^\W\d_](?![^\W_])")
CLOSED = re.compile(rf"(?<![^\W_])[^\W\d_]{GAP}[^\W\d_](?:(?P=gap)[^\W\d_])*(?![^\W_])")
# %C3%BC and =C3=BC, \xc3\xbc and \'fc (bytes); \u00fc (a character); &uuml; and &#252; (an entity).
ESCAPES = re.compile(
    r"[%=\\&](?:(?<=[%=])[0-9A-Fa-f]{2}(?:[%=][0-9A-Fa-f]{2})*"
    r"|(?<=\\)[x'][0-9A-Fa-f]{2}(?:\\[x'][0-9A-Fa-f]{2})*"
    r"|(?<=[\\%])u(?P<code>[0-9A-Fa-f]{4})"
    r"|(?<=&)(?P<entity>#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}[0-9]{0,2});)"
)
UNREAD = re.compile("[\udc80-\udcff]")  # a byte that Python could not read in the name of a file
# What the bytes 0x80 to 0x9F are in Windows-1252, which UTF-8 is often read as.
WINDOWS = {ord(bytes([b]).decode("cp1252", "replace")): b for b in range(0x80, 0xA0)}
WINDOWS.pop(0xFFFD)
MOJIBAKE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
Read = Iterable[tuple[str, int]]  # characters, and how many of the text's characters each was


@dataclass(frozen=True, slots=True)
class View:
    """A text as read; for each of its characters, where it starts and ends in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of this view lies in the original."""
        return self.starts[start], self.ends[end - 1]


def squeezed(text: str) -> str:
    """Return a text without anything that may stand inside or between words of a name."""
    return text.translate(SQUEEZED)


def ways(text: str) -> Iterator[View]:
    """Yield a text as it is, then with its escapes and then its mojibake resolved, if it has any."""
    plain = View(text, range(len(text)), range(1, len(text) + 1))
    yield plain
    way = _rewritten(plain, ESCAPES, _unescaped)
    if not way.text.isascii():
        way = View(UNREAD.sub(lambda m: chr(ord(m[0]) - 0xDC00), way.text), way.starts, way.ends)
    if way.text != text:
        yield way
    if not way.text.isascii():
        as_bytes = View(way.text.translate(WINDOWS), way.starts, way.ends)
        if MOJIBAKE.search(as_bytes.text):
            yield _rewritten(as_bytes, MOJIBAKE, _repaired)


def views(text: str) -> Iterator[View]:
    """Yield every reading of a text, folded; also with what is spaced, hyphenated or apostrophized joined."""
    for way in ways(text):
        spaced = SPACED.search(way.text)
        for read in (way, _rewritten(way, CLOSED, _closed)) if spaced else (way,):
            folded = _folded(read)
            yield folded
            for pattern in (APOSTROPHE, HYPHENATED):
                if pattern.search(folded.text):
                    yield _rewritten(folded, pattern, _nothing)


def _folded(view: View) -> View:
    if view.text.isascii():
        return View(view.text.lower(), view.starts, view.ends)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for character, start, end in zip(view.text, view.starts, view.ends, strict=True):
        piece = fold_character(character)
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
        if not piece and ends:  # a mark belongs to its letter
            ends[-1] = end
    return View("".join(pieces), starts, ends)


def _rewritten(view: View, pattern: re.Pattern[str], reading: Callable[[re.Match[str]], Read]) -> View:
    """Return a view in which every match is read as something else."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in pattern.finditer(view.text):
        at = match.start()
        pieces.append(view.text[position:at])
        starts += view.starts[position:at]
        ends += view.ends[position:at]
        for character, width in reading(match):
            pieces.append(character)
            starts.append(view.starts[at])
            at += width
            ends.append(view.ends[at - 1])
        position = match.end()
    if not position:
        return view
    pieces.append(view.text[position:])
    return View("".join(pieces), [*starts, *view.starts[position:]], [*ends, *view.ends[position:]])


def _nothing(_: re.Match[str]) -> Read:
    return ()


def _closed(match: re.Match[str]) -> Read:
    step = len(match["gap"]) + 1
    letters = match[0][::step]
    return [*((letter, step) for letter in letters[:-1]), (letters[-1], 1)]


def _repaired(match: re.Match[str]) -> Read:
    text = _text(match[0].encode("latin-1"))
    return [(text, len(match[0]))] if len(text) == 1 else [(c, 1) for c in text]


def _unescaped(match: re.Match[str]) -> Read:
    if match["code"]:
        return [(chr(int(match["code"], 16)), len(match[0]))]
    if match["entity"]:
        return _entity(match[0])
    width = 3 if match[0][0] in "%=" else 4
    raw = bytes(int(match[0][at + width - 2 : at + width], 16) for at in range(0, len(match[0]), width))
    text = _text(raw)
    if len(text) == len(raw):
        return [(character, width) for character in text]
    return [(character, width * len(character.encode())) for character in text]


def _entity(written: str) -> Read:
    text = html.unescape(written)
    return [(text, len(written))] if len(text) == 1 else [(c, 1) for c in written]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
