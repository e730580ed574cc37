"""Read a short text, such as the cell of a table, in every way in which somebody could undo what hides it.

Owns: who is named in a text is looked up in all of its readings.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from anonledger.deid.transforms import readings as decoded
from anonledger.deid.views import views, ways
from anonledger.deid.words import words_in
from anonledger.folding import fold

TAG = re.compile(r"<[^<>]{1,200}>")
CODED = re.compile(r"[0-9A-Za-z+/]{16}")  # what may be base64 or hexadecimal
DEEPEST = 3  # times that a text was damaged one upon the other
MOST_JOINED = 6  # parts of a text that may be one ID
PART = re.compile(r"[^\W_]+")
MAIMED = re.compile(r"(?:[^\W\d_]|[?\ufffd]){3,64}")  # a word with signs in the place of lost letters
LOST = re.compile("[?\ufffd]")


@lru_cache(maxsize=1 << 12)
def readings(text: str) -> tuple[str, ...]:
    """Return a text, and what else it reads as: without escapes, mojibake and tags, or decoded."""
    found = dict.fromkeys((text,))
    latest = [text]
    for _ in range(DEEPEST):
        latest = [read for one in latest for read in _read(one) if read not in found]
        if not latest:
            break
        found.update(dict.fromkeys(latest))
    return tuple(found)


@lru_cache(maxsize=1 << 12)
def words_said(text: str) -> frozenset[str]:
    """Return the folded words and the long numbers of a text in all its readings, as they are looked up."""
    found: set[str] = set()
    for read in readings(text):
        found |= words_in(read)
        if len(read) > 2:
            for view in views(read):
                found |= words_in(view.text)
                if LOST.search(view.text):
                    found.update(MAIMED.findall(view.text))
    return frozenset(found)


@lru_cache(maxsize=1 << 12)
def runs_said(text: str) -> frozenset[str]:
    """Return the parts of a text in all its readings, alone and run together with neighbours, as IDs are."""
    return frozenset(run for read in readings(text) for run in _runs(read))


def _read(text: str) -> Iterator[str]:
    if not text.isascii() or any(mark in text for mark in "%=\\&"):
        yield from (way.text for way in ways(text))
    if "<" in text and (bare := TAG.sub("", text)) != text:
        yield html.unescape(bare)
    if CODED.search(text):
        for raw in decoded(text.encode("utf-8", "replace")):
            yield raw.decode("utf-8", "replace")


def _runs(text: str) -> set[str]:
    parts = PART.findall(fold(text))
    ends = range(1, MOST_JOINED + 1)
    return {"".join(parts[at : at + end]).lstrip("0") for at in range(len(parts)) for end in ends} - {""}
