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
GLUE = " ^,._-/=\t\r\n\\|;:()[]&'’"  # what may stand between two words of one name
MARKS = " ^,._-"  # what goes together with the words around it; a backslash parts two values and stays
LONGEST_GLUE = 3
STRONG = 3  # letters from which a word alone is the name, when it stands by itself
GLUED = 5  # letters from which a word is the name even inside another word
LONGEST_WORD = 24  # letters of a technical word, at most
ALONE_ID = 4  # characters from which an ID is hunted outside its own elements


@lru_cache(maxsize=1)
def technical_words() -> frozenset[str]:
    """Return the words that mean something in imaging; alone they are never taken for a name."""
    text = resources.files("anonledger.deid").joinpath("technical_words.txt").read_text("utf-8")
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
    """Return the folded words of a name, and of a word with an apostrophe (which joins) its parts as well."""
    joined = _split(fold(name.translate(NO_APOSTROPHES)))
    return list(dict.fromkeys([*joined, *_split(fold(name))]))


def _split(name: str) -> list[str]:
    """Return the runs of letters, digits and marks; vowels are marks in Thai and the scripts of India."""
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in name).split()


class Hunter:
    """Knows one subject's identifiers, folded once, and finds them in any number of texts."""

    def __init__(self, recipe: Recipe) -> None:
        words = {w for name in recipe.names for w in name_words(name)}
        wholes = {fold(i).strip() for i in recipe.ids}
        technical = technical_words()
        self.words = frozenset(w for w in words if len(w) > 1 or not w.isascii())
        self.initials = frozenset(w[0] for w in words if w[0].isalpha())
        self.strong = frozenset(w for w in self.words if _is_strong(w) and w not in technical)
        self.ids = frozenset(i for i in wholes if len(i) >= ALONE_ID and i not in technical)
        self.seeds = _seeds(recipe, self.strong, self.ids)
        self._words = _any_of(self.words)
        self._ids = _any_of(self.ids)
        self._quick = _any_of(self.words | self.ids)

    def may_hit(self, folded: str) -> bool:
        """Return whether a folded text holds any of the words at all: a cheap first look."""
        if self._quick is None:
            return False
        return bool(self._quick.search(folded) or self._quick.search(_without_apostrophes(folded)[0]))

    def hits(self, text: str, *, person: bool = False, ids: bool = True) -> list[Hit]:
        """Return where the identifiers stand in a text, in order, not overlapping.

        ``person``: the text is a person's name, where even a short or technical word of the name is the name.
        """
        folded, offsets = fold_with_offsets(text)
        if not self.may_hit(folded):
            return []
        found = [(s.start, s.end) for chain in self._chains(folded, person) for s in chain]
        joined, kept = _without_apostrophes(folded)
        if len(joined) < len(folded):  # O'Hara is the word ohara, but Doe's is no word of its own
            chains = self._chains(joined, person)
            found += [(kept[s.start], kept[s.end - 1] + 1) for chain in chains for s in chain]
        if ids and self._ids is not None:
            found += [m.span() for m in self._ids.finditer(folded) if _stands_alone(folded, *m.span())]
        merged = [(offsets[start], _behind(offsets, end)) for start, end in _merged(folded, found)]
        return [Hit(start, end) for start, end in united(merged)]

    def _chains(self, folded: str, person: bool) -> list[Sequence[_Seen]]:
        """Return the runs of name words that are evidently the name."""
        seen = [] if self._words is None else [self._seen(folded, m) for m in _all(self._words, folded)]
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
        several = len({s.word for s in run}) > 1
        if several and (bounded or any(s.strong for s in run) or run[-1].end - run[0].start >= 2 * GLUED):
            return self._with_initials(folded, run)
        if person and bounded:
            return self._with_initials(folded, run)
        strong = [s for s in run if s.strong]
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


def _seeds(recipe: Recipe, strong: frozenset[str], ids: frozenset[str]) -> tuple[tuple[bytes, str], ...]:
    """Return the lower-case bytes by which a word or an ID is first spotted in binary, and their codec."""
    spelled = {w for name in recipe.names for w in _split(name.translate(NO_APOSTROPHES))}
    accented = {w for w in spelled if not w.isascii() and fold(w) in strong}
    forms = strong | ids | {form for w in accented for form in (w, w.lower(), w.upper(), w.title())}
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
    if not words:
        return None
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w)))))


def _all(pattern: re.Pattern[str], folded: str) -> list[tuple[int, int]]:
    return [m.span() for m in pattern.finditer(folded)]


def _is_bounded(folded: str, start: int, end: int) -> bool:
    """Whether no letter stands right before or behind (a digit may: names are glued to dates and numbers)."""
    return not (start and _joins(folded[start - 1], folded[start])) and not (
        end < len(folded) and _joins(folded[end - 1], folded[end])
    )


def _joins(left: str, right: str) -> bool:
    """Whether two neighbours make one word; scripts without case (Han, kana, Hebrew) run words together."""
    return left.isalpha() and right.isalpha() and left.upper() != left and right.upper() != right


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Whether an ID is not part of a longer word, number or UID."""
    before = folded[start - 1] if start else " "
    behind = folded[end : end + 2]
    if before.isalnum() or (behind and behind[0].isalnum()):
        return False
    if folded[start].isdigit() and before == ".":
        return False
    return not (folded[end - 1].isdigit() and len(behind) == 2 and behind[0] == "." and behind[1].isdigit())


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


@lru_cache(maxsize=256)
def hunter_of(recipe: Recipe) -> Hunter:
    """Return the hunter for a recipe; made once per subject in each process."""
    return Hunter(recipe)
