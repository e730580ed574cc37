"""Tell in which encoding a table of plain text is written, or ask.

Owns: no name is read wrongly in silence: what is not certain is refused until the user says what it is.
"""

import re

from anonledger.errors import UsageError
from anonledger.folding import fold
from anonledger.subjects.frequencies import known_names

WESTERN = "cp1252"
# Encodings in which most letters lie where cp1252 has others: they differ in which words are names.
RIVALS = ("cp1250", "cp1254", "cp1257", "mac_roman", "cp850")
SPOKEN = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
ISO_2022 = re.compile(rb"\x1b(?:\(|\$[()]?)[0-~]")  # escapes behind which ASCII stands for other letters
NAMED = re.compile(rb"[A-Z\x80-\xff].{3,}", re.DOTALL)  # shorter words and small ones are names by chance
WORD = re.compile(r"[^\W\d_]+")
SMALL, CAPITAL = "ß-öø-ÿšœž", "À-ÖØ-ÞŠŒŽŸ"
LETTER = f"A-Za-z{SMALL}{CAPITAL}"
NO_WORD = re.compile(
    f"[{SMALL}{CAPITAL}]{{4}}|^[^A-Za-z]*[{SMALL}{CAPITAL}]{{3}}[^A-Za-z]*$"  # other alphabets
    f"|[a-z{SMALL}][{CAPITAL}]|[A-Z{CAPITAL}](?!ß)[{SMALL}][A-Z{CAPITAL}]"
    "|[aeiou]æ$|œ$|œ[kmpwz]|[eu]á$|[¡¢£¤¥¦¨¬¯²³¶¸¹¼½¾]{2}"
    f"|[{LETTER}](?![’‘”“»«…–—™®©°´\xa0\xad€]|(?<=[A-Za-z])[¹²³ªº]|(?<=l)·l)[^{LETTER}]"  # signs in words
    f"|[^{LETTER}’‘“„‚«¿¡§°µ·–—…†€\xa0\xad][{LETTER}]|[{LETTER}][–—”»°][a-z{SMALL}]|[¿¡][a-z{SMALL}]"
    f"|[{LETTER}]{{3}}[¹²³ªº]$"
)
# The letters beside a to z that the words of one language have, for languages that cp1252 was made for.
REPERTOIRES = tuple(
    map(
        frozenset,
        "äöüß àâæçéèêëîïôœùûüÿ áéíñóúü àçèéíïòóúü áâãàçéêíóôõúü àèéìíîòóùú æøåäöéüèêóô áéíóúýþæðö äöüõšž "
        "äëïöüéèêç áéíóúýšžäô áéíóöúü çöüâî âêîôûäëïö".split(),
    )
)
USUAL = (
    "cp1250 (Central Europe), cp1251 or koi8-r (Cyrillic), cp1253 (Greek), cp1254 (Turkish), cp1252, cp850 "
    "or mac_roman (Western Europe), shift_jis or euc_jp (Japanese), gb18030 or big5 (Chinese)"
)


def decoded(data: bytes, given: str = "") -> tuple[str, str]:
    """Return a text and its encoding: that which was given, else what its bytes give away.

    Raises UsageError for bytes that are no text, or that may be written in several encodings.
    """
    encoding = given or _told(data)
    try:
        text = data.decode(encoding)
    except UnicodeError:
        text = "\0"
    if "\0" not in text:
        return text.removeprefix("\ufeff"), encoding
    if given:
        raise UsageError(
            f"The demographics table is not written in the encoding {given}. Name another with --encoding."
        )
    raise UsageError(
        "The demographics table is neither text nor a spreadsheet that can be read. "
        "Save it as .csv (UTF-8) or .xlsx."
    )


def _told(data: bytes) -> str:
    """Return what the bytes give away; UTF-8 is hardly ever anything else. Raises UsageError."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data:
        # The high byte of a Latin letter is 0: the second one in little endian, the first in big endian.
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
        utf_8 = not ISO_2022.search(data)
    except UnicodeDecodeError:
        utf_8 = False
    if utf_8 or _is_western(data):
        return "utf-8" if utf_8 else WESTERN
    raise UsageError(
        "The demographics table is not in UTF-8, and what else its letters are written in is not certain. "
        f"Save it as UTF-8, or say with --encoding what it is in: {USUAL} …"
    )


def _is_western(data: bytes) -> bool:
    """Whether all that is not ASCII are words of Western Europe, and no rival reads more of them as names."""
    spoken = set(SPOKEN.findall(data))
    try:
        words = [word.decode(WESTERN) for word in spoken]
    except UnicodeDecodeError:
        return False
    if ISO_2022.search(data) or not all(map(_is_word, words)):
        return False
    named = set(filter(NAMED.match, spoken))
    return all(_names(named, rival) <= _names(named, WESTERN) for rival in RIVALS)


def _is_word(word: str) -> bool:
    special = {letter for letter in word.lower() if re.match(f"[{SMALL}]", letter)}
    return not NO_WORD.search(word) and any(special <= letters for letters in REPERTOIRES)


def _names(spoken: set[bytes], encoding: str) -> int:
    """Return how many of the words are known names, read in this encoding."""
    read = (WORD.findall(fold(word.decode(encoding, "replace"))) for word in spoken)
    return sum(bool(parts) and all(part in known_names() for part in parts) for parts in read)
