"""Fold text so that spellings which a person would call the same compare equal.

Owns: the one folding rule: compatibility decomposition, no accents, lower case, a few letters spelled out.
"""

import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose but people write without (ISO/IEC 8859 repertoires).
SPELLED_OUT = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i",
    "ĸ": "k", "ł": "l", "ŋ": "n", "þ": "th", "ŧ": "t",
}  # fmt: skip


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str:
    """Return the folded form of one character: 0 to a few characters."""
    if character.isascii():
        return character.lower()
    match unicodedata.category(character):
        case "Cf":  # soft hyphens and joiners are not seen
            return ""
        case "Cs":  # half a character is no text
            return "\ufffd"
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    folded = "".join(SPELLED_OUT.get(c, c) for c in plain.casefold())
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Return text in lower case without accents; idempotent."""
    if text.isascii():
        return text.lower()
    return "".join(map(fold_character, text))
