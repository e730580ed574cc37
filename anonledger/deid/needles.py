"""Say what verification looks for: the words of names, whole names, phrases and IDs.

Owns: verification's own idea of a name; it shares no code with the cleaning, only the lists of words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import combinations, product

from anonledger.deid.byteforms import Form, accented_forms, odd_forms, plain_forms, plain_text
from anonledger.records import Recipe, Stranger

ANYWHERE = 5  # letters from which a word counts inside a longer word
ALONE = 3  # letters from which a word counts when it stands by itself
CUT = 8  # letters to which old systems cut a word
LONGEST = 64  # letters of a word that are looked for
LONG_ID = 8  # letters and digits from which an ID also stands inside a word
MOST_UMLAUTS = 4  # in a word, up to which every mixture of spellings is looked for
PAIRED = 32  # words of a name that are looked for in pairs; a value of the standard holds no more
MANY = 500  # names from which they are looked for in plain spellings only, for memory's sake
MIXED_ID, LETTERS_OF_ID, DIGITS_OF_ID = 4, 5, 6  # how long an ID is that counts
LOOSE_ID = LOOSE_PHRASE = 6  # letters and digits from which anything or nothing may stand between the parts
ID_OF_OTHER, NUMBER_OF_OTHER = 6, 7  # characters of an ID, digits of a number, of another patient
IN_PIXELS = 6  # letters from which a word in pixels is no chance: (1/128)**6 a byte, 4e-6 in a 16 MB image
OTHERS_IN_PIXELS = 10  # letters of the full name of one of 50,000 others: 7e-10 in a 16 MB image
OTHERS_IN_BYTES = 7  # bytes of such a name in an encoding of its own: 256**-7 * 50,000 a byte, 7e-13
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
BETWEEN = r"[ ^,._\-/=\t\r\n\\|;:'`]"  # between the words of a phrase
WHOLE_GLUE = r"[ ^,._\-/=\x00]"  # between the words of a name that is known only as a whole
BETWEEN_DIGITS = r"[ .\-_/]{0,2}"
GLUED = 4  # words of a surname that are also looked for as one
PLAIN_WORD = re.compile("[A-Za-z0-9]+")
APOSTROPHES = re.compile("['’‘ʼʹ`´′＇]")
DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])\d\d")


@dataclass(slots=True)
class Meaning:
    """When a word is the name: ``inside`` a longer one, ``alone``, or next to one of its ``partners``."""

    inside: bool = False
    alone: bool = False
    partners: set[str] = field(default_factory=set)
    forms: list[Form] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What counts as a whole only: a ``pattern`` for folded bytes, ``number``: it may be a value like any.

    ``seeds`` are parts of it, one of which is in every spelling.
    """

    pattern: bytes
    seeds: tuple[str, ...]
    letters: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is looked for on behalf of one patient, or of all the others."""

    words: dict[str, Meaning]
    phrases: tuple[Phrase, ...]
    others: bool = False


@lru_cache(maxsize=1)
def technical_words() -> frozenset[str]:
    """Return the words that alone are no name: technical ones, particles and titles."""
    return _listed("technical_words") | particles()


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Return the words inside of which a name is not the name."""
    return technical_words() | _listed("ordinary_words")


@lru_cache(maxsize=1)
def particles() -> frozenset[str]:
    """Return the words that belong to names and titles without telling anybody apart."""
    return _listed("particles")


@lru_cache(maxsize=1)
def _all_technical() -> str:
    return "\n" + "\n".join(_listed("technical_words"))


def _listed(name: str) -> frozenset[str]:
    text = resources.files("anonledger.deid").joinpath(f"{name}.txt").read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


def wanted_of(recipe: Recipe) -> Wanted:
    """Return what must be nowhere in a file of this subject."""
    words: dict[str, Meaning] = {}
    phrases: list[Phrase | None] = []
    thorough = len(recipe.names) < MANY
    for name in recipe.names:
        spelled, joined = _words(name), _joined(name)
        for word in spelled:
            _add_word(words, word, thorough)
        for word in joined:
            _add_word(words, word, thorough, least=CUT)
        spelled += joined
        for first, second in _neighbours(spelled):
            _add_pair(words, first, second)
        _spell(words, spelled, thorough)
        phrases += _whole_phrases(name)
    phrases += [_id_phrase(number) for number in recipe.ids]
    phrases += [_phrase(_split(plain_text(term))) for term in recipe.terms]
    return Wanted(words, tuple(phrase for phrase in phrases if phrase))


def wanted_of_others(everybody: Sequence[Stranger]) -> Wanted:
    """Return what must be in no file of anybody else: full names and IDs."""
    words: dict[str, Meaning] = {}
    phrases: list[Phrase | None] = []
    for stranger in everybody:
        for name in stranger.names:
            spelled, only = _words(name) + _joined(name), _split(plain_text(name))
            for first, second in _neighbours(spelled):
                part = first in second or second in first
                if not part and (len(only) == 2 or particles().isdisjoint((first, second))):
                    _add_pair(words, first, second)
            if len(only) == 1 and _is_telling(only[0]) and _is_long(only[0]):
                words.setdefault(only[0], Meaning()).alone = True
            _spell(words, spelled, thorough=False)
        phrases += [_id_phrase(number) for number in stranger.ids if _is_long_id(number)]
    return Wanted(words, tuple(phrase for phrase in phrases if phrase), others=True)


def _words(name: str) -> list[str]:
    """Return the words of a name as spelled, without apostrophes and also parted there, and ö as oe or o."""
    spelled = unicodedata.normalize("NFC", name)
    joined = APOSTROPHES.sub("", spelled)
    words = _split(joined)
    if joined != spelled or not name.isascii():
        words += _split(f"{spelled} {name}")
        words += [way for word in _split(spelled.lower()) for way in _transliterated(word)]
    short = [w for w in (re.sub("([aou])e", r"\1", plain_text(w)) for w in words) if len(w) >= ANYWHERE]
    return list(dict.fromkeys((*words, *short)))


def _transliterated(word: str) -> Iterator[str]:
    """Yield a word with each of its umlauts as two letters, or left as it is."""
    if sum(ord(c) in UMLAUTS for c in word) > MOST_UMLAUTS:
        yield word.translate(UMLAUTS)
        return
    for ways in product(*((c, c.translate(UMLAUTS)) if ord(c) in UMLAUTS else (c,) for c in word)):
        yield "".join(ways)


def _joined(name: str) -> list[str]:
    """Return what the words of each component of a name (``van den Berg``) are when they are run together."""
    parts = [_split(APOSTROPHES.sub("", part)) for part in re.split(r"[\^=]", name)]
    joined = ["".join(words) for words in parts if 1 < len(words) <= GLUED and any(map(_is_telling, words))]
    return [word for word in joined if len(word) >= ANYWHERE]


def _split(text: str) -> list[str]:
    """Return the words of a text, the first letters of very long ones: those take minutes to prepare for."""
    if text.isascii():
        words = PLAIN_WORD.findall(text)
    else:
        words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split()
    return [word[:LONGEST] for word in words]


def _add_word(words: dict[str, Meaning], spelled: str, thorough: bool, least: int = ANYWHERE) -> None:
    """Add a word that is the name by itself, if it is; from ``least`` letters also inside a longer one."""
    plain = plain_text(spelled)
    # Two letters are a whole name in scripts without case, such as Han.
    shortest = 2 if plain.upper() == plain else ALONE
    if plain in technical_words() or not any(map(str.isalpha, plain)) or len(plain) < shortest:
        return
    meaning = words.setdefault(plain, Meaning())
    meaning.alone, meaning.inside = True, meaning.inside or (len(plain) >= least and _is_long(plain))
    cut = plain[:CUT]
    if thorough and cut != plain and cut not in technical_words():
        words.setdefault(cut, Meaning()).alone = True


def _is_long(word: str) -> bool:
    """Whether a word is the name inside a longer one too: no technical one begins with it (Thora, thorax)."""
    return len(word) >= ANYWHERE and f"\n{word}" not in _all_technical()


def _neighbours(spelled: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of folded words of one name of which one is telling."""
    folded = dict.fromkeys(map(plain_text, spelled))
    words = [word for word in folded if len(word) > 1 or not word.isascii()][:PAIRED]
    tellings = {word for word in words if _is_telling(word)}
    for first, second in combinations(words, 2):
        least = ALONE if (first + second).isascii() else 1
        if not tellings.isdisjoint((first, second)) and len(first + second) > least:
            yield first, second


def _is_telling(word: str) -> bool:
    """Whether a word tells people apart: not technical, not a particle, no initial."""
    if word.isascii():
        return word.isalpha() and len(word) > 1 and word.lower() not in technical_words()
    letters = all(unicodedata.category(c)[0] in "LM" for c in word)
    return letters and plain_text(word) not in technical_words()


def _add_pair(words: dict[str, Meaning], first: str, second: str) -> None:
    """Add two words that are the name side by side, either way round, by the one that is rarer in texts."""
    seed, partner = sorted((first, second), key=lambda w: (_is_telling(w), len(w)), reverse=True)
    words.setdefault(seed, Meaning()).partners.add(partner)


def _spell(words: dict[str, Meaning], spelled: Iterable[str], thorough: bool) -> None:
    """Add the spellings in bytes to those of the words that count."""
    for word in spelled:
        plain = plain_text(word)
        for key in dict.fromkeys((plain, plain[:CUT])):
            meaning = words.get(key)
            if meaning is None:
                continue
            if not meaning.forms:
                meaning.forms += plain_forms(key) if key.isascii() else accented_forms(key)
                meaning.forms += odd_forms(key) if thorough and key == plain and key.isascii() else ()
            if not word.isascii() and key == plain:
                meaning.forms += set(accented_forms(word)) - set(meaning.forms)


def _id_phrase(number: str) -> Phrase | None:
    """Return what an ID is looked for by: its letters and digits, whatever stands between its parts."""
    chunks = re.findall(r"[^\W_]+", plain_text(number))
    joined = "".join(chunks)
    letters = sum(map(str.isalpha, joined))
    digits = len(joined) - letters
    least = DIGITS_OF_ID if not letters else MIXED_ID if digits else LETTERS_OF_ID
    if len(joined) < least or joined in technical_words() or (not letters and DATE.fullmatch(joined)):
        return None
    inner = BETWEEN_DIGITS.join(map(re.escape, chunks))
    if len(joined) < LOOSE_ID:
        inner = re.escape(plain_text(number).strip())
    if letters:
        # A long one also stands inside a word; but not in a longer number.
        edge = "0-9" if digits and len(joined) >= LONG_ID else "a-z0-9"
        before, behind = (edge if joined[at].isdigit() or "a" in edge else "" for at in (0, -1))
        pattern = (rf"(?<![{before}])" if before else "") + inner + (rf"(?![{behind}])" if behind else "")
    else:  # zeros in front of it, and letters, make no other number of it
        zeros = max(0, DIGITS_OF_ID - len(joined.lstrip("0")))  # 000007 is an ID, and 7 is not
        pattern = rf"(?<![0-9])(?<![0-9]\.)0{{{zeros},}}{inner.lstrip('0') or inner}(?![0-9])(?!\.[0-9])"
    longest = max(chunks, key=len)
    seeds = {longest.lstrip("0").rjust(min(len(longest), DIGITS_OF_ID), "0")}
    if len(longest) < ALONE:  # too little to look for by itself
        seeds = {mark.join(chunks[:2]) for mark in ("", *" .-_/")}
    return Phrase(pattern.encode(), tuple(sorted(seeds)), len(joined), number=not letters)


def _is_long_id(number: str) -> bool:
    """Whether an ID of another patient is long enough to be no chance in a text."""
    letters, digits = (sum(map(kind, number)) for kind in (str.isalpha, str.isdigit))
    return letters + digits >= ID_OF_OTHER if letters and digits else digits >= NUMBER_OF_OTHER


def _whole_phrases(name: str) -> Sequence[Phrase | None]:
    """Return all of a name of which no word tells anybody apart, either way round."""
    words = _split(plain_text(name))
    if len(words) < 2 or any(map(_is_telling, words)) or not any(map(str.isalpha, words)):
        return ()
    return _phrase(words, WHOLE_GLUE, number=True), _phrase(words[::-1], WHOLE_GLUE, number=True)


def _phrase(words: Sequence[str], glue: str = BETWEEN, *, number: bool = False) -> Phrase | None:
    """Return what some words are looked for by, one after the other."""
    if not words:
        return None
    letters = len("".join(words))
    inner = f"{glue}{{{0 if letters >= LOOSE_PHRASE else 1},4}}".join(map(re.escape, words))
    pattern = rf"(?<![a-z0-9]){inner}(?![a-z0-9])".encode()
    return Phrase(pattern, (max(words, key=len),), letters, number)
