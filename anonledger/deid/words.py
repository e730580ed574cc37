"""Gather the words of an instance's texts, by which the names of other subjects are looked up in it.

Owns: what is gathered depends on the bytes alone: a later subject's name needs no second look at them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from anonledger.deid.charsets import decoded, is_plain
from anonledger.deid.elements import GROUP_PIXELS, Element, Kind
from anonledger.deid.form import Form
from anonledger.deid.views import views
from anonledger.folding import fold

TYPED_VRS = frozenset("AE CS LO LT PN SH ST UC UR UT".split())
OPAQUE_VRS = frozenset("OB OW UN".split())
LONGEST_OPAQUE = 1 << 20  # bytes of a binary value that is looked through
MOST_WORDS = 20_000  # a file of nothing but words is no reason to fill the ledger
SHORTEST_NUMBER = 5  # digits from which a number may be somebody's ID, or tell one
LEAST_IN_BINARY = 4  # shorter words stand in any bytes by chance
# Bytes in a row that may be text; random ones are hardly ever mostly letters and digits.
READABLE = re.compile(rb"[ -~\x80-\xff]{8,}")
LETTERS = bytes(
    set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ^_,.-0123456789")
)
MOSTLY = 0.6  # letters and digits of ASCII in a stretch that is text
WORD = re.compile(r"[^\W\d_]{2,64}")
PLAIN_WORD = re.compile("[a-z]{2,64}")
NUMBER = re.compile(r"\d(?:(?:[^\w\n]|_){0,2}\d){4,31}")  # with whatever stands between its parts
ESCAPED = re.compile(r"%[0-9a-f]{2}|\\u[0-9a-f]{4}|&#?[0-9a-z]{2,7};", re.IGNORECASE)


def words_of(form: Form, elements: Sequence[Element], declared: str) -> tuple[str, ...]:
    """Return the folded words and long numbers of all texts, sorted; ``declared``: Specific Character Set.

    Numbers come without what parts them and without zeros in front. Binary values count where they read as
    text, also with a NUL behind every letter.
    """
    joined, texts = _gathered(form, elements, declared)
    if _is_escaped(joined, texts):  # one look at all of them: hardly any has one
        texts += [view.text for text in (joined, *texts) if ESCAPED.search(text) for view in views(text)]
    return tuple(sorted(_told(joined, texts))[:MOST_WORDS])


def words_apart(form: Form, elements: Sequence[Element], declared: str) -> frozenset[str] | None:
    """Return the same of some elements alone; None where only all of them together tell."""
    joined, texts = _gathered(form, elements, declared)
    found = None if _is_escaped(joined, texts) else _told(joined, texts)
    return None if found is None or len(found) > MOST_WORDS else frozenset(found)


def _gathered(form: Form, elements: Sequence[Element], declared: str) -> tuple[str, list[str]]:
    """Return the texts of ASCII, in lower case, a line each, and the others."""
    plain: list[bytes] = []
    texts: list[str] = []
    for element in elements:
        if element.kind is not Kind.PLAIN or element.length < 2:
            continue
        if element.vr in TYPED_VRS:
            value = bytes(form.data[element.at : element.end])
            if is_plain(value):
                plain.append(value)
            else:
                texts += {decoded(value, declared, person=element.vr == "PN"), decoded(value, "")}
        elif _is_opaque(element):
            texts += _readable(bytes(form.data[element.at : element.end]))
    return b"\n".join(plain).lower().decode("ascii"), texts


def _is_escaped(joined: str, texts: Sequence[str]) -> bool:
    return ESCAPED.search("\n".join((joined, *texts))) is not None


def _told(joined: str, texts: Iterable[str]) -> set[str]:
    folded = "\n".join(map(fold, texts))
    found = {*PLAIN_WORD.findall(joined), *WORD.findall(folded)}
    numbers = {*NUMBER.findall(joined), *NUMBER.findall(folded)}
    found.update(number for number in map(bare_number, numbers) if len(number) >= SHORTEST_NUMBER)
    return found


def words_in(text: str) -> frozenset[str]:
    """Return the folded words and the numbers of a short text, as they are kept for a file."""
    folded = fold(text)
    numbers = map(bare_number, NUMBER.findall(folded))
    return frozenset(WORD.findall(folded)).union(
        number for number in numbers if len(number) >= SHORTEST_NUMBER
    )


def words_of_bytes(data: bytes | memoryview) -> frozenset[str]:
    """Return the same of a file that is no DICOM; between bytes that are no text only words that are long."""
    content = bytes(data)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\0" not in text:
        return words_in(text)
    wide = content[: len(content) // 2 * 2]
    told = words_in(f"{text} {wide.decode('utf-16-le', 'replace')} {wide.decode('utf-16-be', 'replace')}")
    return frozenset(word for word in told if len(word) >= LEAST_IN_BINARY)


def bare_number(text: str) -> str:
    """Return the digits of a text without zeros in front."""
    return "".join(filter(str.isdigit, text)).lstrip("0")


@lru_cache(maxsize=16)  # the largest are the same in every file of a series
def _readable(value: bytes) -> tuple[str, ...]:
    ways = (value, value.replace(b"\0", b""), value.replace(b"\0", b" ")) if b"\0" in value else (value,)
    found = dict.fromkeys(stretch for way in ways for stretch in READABLE.findall(way))
    return tuple(
        decoded(stretch, "")
        for stretch in found
        if len(stretch.translate(None, LETTERS)) >= MOSTLY * len(stretch)
    )


def _is_opaque(element: Element) -> bool:
    return element.vr in OPAQUE_VRS and element.length <= LONGEST_OPAQUE and element.tag >> 16 != GROUP_PIXELS
