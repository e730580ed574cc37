"""Gather the words of an instance's texts, by which the names of other subjects are looked up in it.

Owns: what is gathered depends on the bytes alone: a later subject's name needs no second look at them.
"""

import re
from collections.abc import Iterator, Sequence

from anonledger.deid.charsets import decoded, is_plain
from anonledger.deid.elements import GROUP_PIXELS, Element, Kind
from anonledger.deid.form import Form
from anonledger.folding import fold

TYPED_VRS = frozenset("AE CS LO LT PN SH ST UC UR UT".split())
OPAQUE_VRS = frozenset("OB OW UN".split())
LONGEST_OPAQUE = 1 << 20  # bytes of a binary value that is looked through
MOST_WORDS = 20_000  # a file of nothing but words is no reason to fill the ledger
SHORTEST_NUMBER = 6  # characters from which a word with digits may be somebody's ID
# Twelve readable bytes in a row: random ones are that once in 2**24 stretches of them.
READABLE = re.compile(rb"[ -~]{12,}")
WORD = re.compile(r"[^\W_]{2,64}")
PART = re.compile(r"[^\W_]+")
RUN_TOGETHER = 6  # neighbouring parts of a text that are also looked at as one word
PLAIN_WORD = re.compile("[0-9a-z]{2,64}")


def words_of(form: Form, elements: Sequence[Element], declared: str) -> tuple[str, ...]:
    """Return the folded words of all texts, sorted; ``declared``: Specific Character Set of the data set.

    Of words with digits, those that may be an ID. Binary values count where they read as ASCII, also with
    a NUL behind every letter.
    """
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
                texts.append(decoded(value, declared, person=element.vr == "PN"))
        elif _is_opaque(element):
            plain += _readable(bytes(form.data[element.at : element.end]))
    found = set(PLAIN_WORD.findall(b"\n".join(plain).lower().decode("ascii")))
    found.update(*(WORD.findall(fold(text)) for text in texts))
    return tuple(
        sorted(word for word in found if word.isalpha() or len(word) >= SHORTEST_NUMBER)[:MOST_WORDS]
    )


def words_in(text: str) -> frozenset[str]:
    """Return the folded words of a short text, alone and run together with their neighbours, as IDs are."""
    parts = PART.findall(fold(text))
    found = {
        "".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, min(start + RUN_TOGETHER, len(parts)) + 1)
    }
    return frozenset(found | {word.lstrip("0") for word in found})


def _readable(value: bytes) -> Iterator[bytes]:
    yield from READABLE.findall(value)
    if b"\0" in value:
        yield from READABLE.findall(value.replace(b"\0", b""))


def _is_opaque(element: Element) -> bool:
    return element.vr in OPAQUE_VRS and element.length <= LONGEST_OPAQUE and element.tag >> 16 != GROUP_PIXELS
