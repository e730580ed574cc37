"""Find a patient's identifiers in text, by their words, in any order, case, accent form and joining.

Owns: the rule of when a word is evidently the name (README: "What counts as the name").
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from anonledger.folding import fold, fold_with_offsets
from anonledger.records import Recipe

APOSTROPHES = "'’‘ʼʹ`´′＇"
NO_APOSTROPHES = dict.fromkeys(map(ord, APOSTROPHES))
GLUE = " ^,._-/=\t\r\n\\|;:()[]&'’\0"  # what may stand between two words of one name
MARKS = " ^,._-"  # what goes together with the words around it; a backslash parts two values and stays
WHOLE_GLUE = MARKS + "/=\0"  # what may stand in a name that is known only as a whole
LONGEST_GLUE = 4
STRONG = 3  # letters from which a word alone is the name, when it stands by itself
GLUED = 5  # letters from which a word is the name even inside another word
LONGEST_WORD = 24  # letters of a technical word, at most
DIGITS_OF_ID, LETTERS_OF_ID, MIXED_ID = 6, 5, 4  # how long an ID is that is hunted outside its own elements
# Scripts that put no space between words: Thai, Lao, Khmer, Han, kana.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})


@lru_cache(maxsize=1)
def technical_words() -> frozenset[str]:
    """Return the words that mean something in imaging; alone they are never taken for a name."""
    return _listed("technical_words.txt")


@lru_cache(maxsize=1)
def particles() -> frozenset[str]:
    """Return the words that belong to names and titles without telling anybody apart."""
    return _listed("particles.txt")


def _listed(file_name: str) -> frozenset[str]:
    text = resources.files("anonledger.deid").joinpath(file_name).read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the text that is the name or an ID: offsets of its first character and behind its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Seen:
    start: int
    end: int
    word: str
    strong: bool


def name_words(name: str) -> list[str]:
    """Return the folded words of a name; also the parts of a word with an apostrophe, and ö as oe or o."""
    joined = _split(fold(name.translate(NO_APOSTROPHES)))
    spelled_out = _split(fold(name.lower().translate(UMLAUTS)))
    short = [w.replace("ae", "a").replace("oe", "o").replace("ue", "u") for w in joined]
    shortened = [w for w in short if w not in joined and len(w) >= GLUED]
    return list(dict.fromkeys([*joined, *_split(fold(name)), *spelled_out, *shortened]))


def _split(name: str) -> list[str]:
    """Return the runs of letters, digits and marks; vowels are marks in Thai and the scripts of India."""
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in name).split()


class Hunter:
    """Knows one subject's identifiers, folded once, and finds them in any number of texts."""

    def __init__(self, recipe: Recipe) -> None:
        words = {w for name in recipe.names for w in name_words(name)}
        wholes = {fold(i).strip() for i in recipe.ids}
        mute = technical_words() | particles()
        self.words = frozenset(w for w in words if len(w) > 1 or not w.isascii())
        self.telling = frozenset(w for w in self.words if w not in mute and any(map(str.isalpha, w)))
        self.initials = frozenset(w[0] for w in words if w[0].isalpha())
        self.strong = frozenset(w for w in self.telling if _is_strong(w))
        self.ids = frozenset(i for i in wholes if _is_hunted(i) and i not in mute)
        self.seeds = _seeds(recipe, self.telling, self.ids)
        self._words = _any_of(self.words)
        self._ids = _joined(_id_pattern(i) for i in sorted(self.ids, key=lambda i: (-len(i), i)))
        self._wholes = _joined(p for name in sorted(recipe.names) for p in self._whole_patterns(name))
        self._quick = _joined(filter(None, (p and p.pattern for p in (self._words, self._ids, self._wholes))))

    def _whole_patterns(self, name: str) -> Sequence[str]:
        """Return patterns of a name of which no word tells anybody apart: all of it, either way round."""
        words = _split(fold(name))
        if len(words) < 2 or self.telling.intersection(words) or not any(map(str.isalpha, words)):
            return ()
        least = 0 if sum(map(len, words)) > GLUED else 1
        glue = f"[{re.escape(WHOLE_GLUE)}]{{{least},{LONGEST_GLUE}}}"
        ways = (glue.join(map(re.escape, way)) for way in (words, words[::-1]))
        return [rf"(?<![^\W_]){way}(?![^\W_])" for way in ways]

    def may_hit(self, folded: str) -> bool:
        """Return whether a folded text holds any of the words at all: a cheap first look."""
        if self._quick is None:
            return False
        return bool(self._quick.search(folded) or self._quick.search(_without_apostrophes(folded)[0]))

    def hits(self, text: str, *, person: bool = False, numeric: bool = False) -> list[Hit]:
        """Return where the identifiers stand in a text, in order, not overlapping.

        ``person``: the text is a person's name, where even a short or technical word of the name is the name;
        ``numeric``: it is a number, a date or the like, where only a word that is surely the name counts.
        """
        folded, offsets = fold_with_offsets(text)
        if not self.may_hit(folded):
            return []
        chains = self._chains(folded, person)
        if numeric:
            chains = [chain for chain in chains if any(seen.strong for seen in chain)]
        found = [(s.start, s.end) for chain in chains for s in chain]
        patterns = () if numeric else (self._ids, self._wholes)
        found += [m.span() for pattern in patterns if pattern for m in pattern.finditer(folded)]
        joined, kept = _without_apostrophes(folded)
        if len(joined) < len(folded):  # O'Hara is the word ohara, but Doe's is no word of its own
            chains = self._chains(joined, person)
            found += [(kept[s.start], kept[s.end - 1] + 1) for chain in chains for s in chain]
        merged = [(offsets[start], _behind(offsets, end)) for start, end in _merged(folded, found)]
        return [Hit(start, end) for start, end in united(merged)]

    def _chains(self, folded: str, person: bool) -> list[Sequence[_Seen]]:
        """Return the runs of name words that are evidently the name."""
        found = () if self._words is None else self._words.finditer(folded)
        seen = [self._seen(folded, one.span()) for one in found]
        runs: list[list[_Seen]] = []
        for one in seen:
            if runs and _glued(folded, runs[-1][-1].end, one.start):
                runs[-1].append(one)
            else:
                runs.append([one])
        return [kept for run in runs if (kept := self._evident(folded, run, person))]

    def _seen(self, folded: str, span: tuple[int, int]) -> _Seen:
        start, end = span
        word = folded[start:end]
        alone = _is_bounded(folded, start, end)
        strong = word in self.strong and (
            alone or (len(word) >= GLUED and not _in_technical(folded, start, end))
        )
        return _Seen(start, end, word, strong)

    def _evident(self, folded: str, run: list[_Seen], person: bool) -> Sequence[_Seen]:
        bounded = _is_bounded(folded, run[0].start, run[-1].end)
        strong = [s for s in run if s.strong]
        if strong and len({s.word for s in run}) > 1:
            return self._with_initials(folded, run)
        telling = [s for s in run if s.word in self.telling]
        if bounded and telling and len({s.word for s in run}) > 1:
            return self._with_initials(folded, run)
        if bounded and person and any(s.word not in particles() for s in run):
            return self._with_initials(folded, run)
        return self._with_initials(folded, strong) if strong else []

    def _with_initials(self, folded: str, run: list[_Seen]) -> list[_Seen]:
        """Take an initial that stands before or behind the run along, with its point."""
        before = re.search(
            r"(?<![^\W_])([^\W\d_])[.^_ -]{0,2}$", folded[max(0, run[0].start - 4) : run[0].start]
        )
        if before and before.group(1) in self.initials:
            start = run[0].start - len(before.group(0))
            run = [_Seen(start, run[0].start, "", False), *run]
        behind = re.match(r"[ ,.^_-]{1,2}([^\W\d_])\.?(?![^\W_])", folded[run[-1].end : run[-1].end + 5])
        if behind and behind.group(1) in self.initials:
            end = run[-1].end + len(behind.group(0))
            run = [*run, _Seen(run[-1].end, end, "", False)]
        return run


def _seeds(recipe: Recipe, telling: frozenset[str], ids: frozenset[str]) -> tuple[tuple[bytes, str], ...]:
    """Return the lower-case bytes by which a word or an ID is first spotted in binary, and their codec."""
    names = [_split(name.translate(NO_APOSTROPHES)) for name in recipe.names]
    accented = {w for words in names for w in words if not w.isascii() and fold(w) in telling}
    forms = telling | ids | {form for w in accented for form in (w, w.lower(), w.upper(), w.title())}
    forms |= {unicodedata.normalize("NFD", w.lower()) for w in accented}
    mute = ({fold(w) for w in words} for words in names if len(words) > 1)
    forms |= {max(words, key=len) for words in mute if not words & telling}  # known only as a whole
    seeds: dict[bytes, str] = {}
    for form in sorted(forms):
        for codec in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            with suppress(UnicodeEncodeError):
                seeds.setdefault(form.encode(codec).lower(), codec)
    return tuple(seeds.items())


def _without_apostrophes(folded: str) -> tuple[str, Sequence[int]]:
    """Return a text without the apostrophes inside words, and where each of its characters was before."""
    if not any(mark in folded for mark in APOSTROPHES):
        return folded, range(len(folded))
    kept = [
        i
        for i, c in enumerate(folded)
        if c not in APOSTROPHES or not folded[i - 1 : i].isalpha() or not folded[i + 1 : i + 2].isalpha()
    ]
    return "".join(folded[i] for i in kept), kept


def _is_strong(word: str) -> bool:
    if not any(c.isalpha() for c in word):
        return False
    return len(word) >= STRONG or (len(word) > 1 and not word.isascii())


def _in_technical(folded: str, start: int, end: int) -> bool:
    """Whether a stretch is part of a technical word, as Stern is of sternum."""
    first, last = start, end
    while start - first < LONGEST_WORD and folded[first - 1 : first].isalpha():
        first -= 1
    while last - end < LONGEST_WORD and folded[last : last + 1].isalpha():
        last += 1
    return folded[first:last] in technical_words()


def _any_of(words: frozenset[str]) -> re.Pattern[str] | None:
    return _joined(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


def _joined(patterns: Iterable[str]) -> re.Pattern[str] | None:
    found = [pattern for pattern in patterns if pattern]
    return re.compile("|".join(found)) if found else None


def _is_hunted(number: str) -> bool:
    """Whether an ID is long enough to be no chance in a text."""
    digits = sum(map(str.isdigit, number))
    letters = sum(map(str.isalpha, number))
    if not letters:
        return digits >= DIGITS_OF_ID
    return letters + digits >= (MIXED_ID if digits else LETTERS_OF_ID)


def _id_pattern(number: str) -> str:
    """Return the pattern of an ID that is no part of a longer word, number or UID."""
    if number.isdigit():  # zeros in front of it, and letters, make no other number of it
        return rf"(?<![\d.])0*{number.lstrip('0')}(?!\d|\.\d)"
    return rf"(?<![^\W_]){re.escape(number)}(?![^\W_])"


def _is_bounded(folded: str, start: int, end: int) -> bool:
    """Whether no letter stands right before or behind (a digit may: names are glued to dates and numbers)."""
    return not (start and _joins(folded[start - 1], folded[start])) and not (
        end < len(folded) and _joins(folded[end - 1], folded[end])
    )


def _joins(left: str, right: str) -> bool:
    """Whether two neighbours make one word; some scripts run words together."""
    return left.isalpha() and right.isalpha() and not (UNSPACED.match(left) or UNSPACED.match(right))


def _glued(folded: str, end: int, start: int, glue: str = GLUE) -> bool:
    return start - end <= LONGEST_GLUE and all(c in glue for c in folded[end:start])


def _merged(folded: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order; those that overlap or have only glue between them become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _glued(folded, merged[-1][1], start, MARKS)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order; those that overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _behind(offsets: list[int], end: int) -> int:
    """Return the offset in the original behind a folded span, combining marks of its last letter included."""
    last = offsets[end - 1]
    while end < len(offsets) and offsets[end] == last:
        end += 1
    return offsets[min(end, len(offsets) - 1)]


hunter_of = lru_cache(maxsize=256)(Hunter)  # made once per subject in each process
