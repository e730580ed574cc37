"""Look for many spellings in very many bytes, where hardly any of them ever stands.

Owns: a scout lets nothing pass; it only says, and ten times as fast, that there is nothing to look for.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import product

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

LARGE = 400_000  # bytes of patterns from which a table of all transitions takes too much memory
FEW = 64  # patterns up to which the automaton compares many bytes at once (Teddy, in the wheel's Rust)
MANY = 20_000  # spellings from which it takes too long to find out what they have in common


class Sweep:
    """Knows spellings in lower case (ASCII, or ASCII with a NUL behind each letter), and finds them."""

    def __init__(self, forms: Collection[bytes]) -> None:
        self.forms = sorted(forms)

    # Made when they are needed, for most patients have few files, and few files have anything like a name.

    @cached_property
    def pieces(self) -> list[bytes]:
        """At most FEW pieces, one of which is in every spelling; none where it takes more."""
        return _shared_pieces(self.forms)

    @cached_property
    def _first(self) -> BytesAhoCorasick | None:
        return _scout([way for piece in self.pieces for way in _in_every_case(piece)])

    @cached_property
    def _second(self) -> BytesAhoCorasick | None:
        return _scout(self.forms if len(self.forms) <= FEW else self.pieces)

    @cached_property
    def _automaton(self) -> BytesAhoCorasick:
        few = sum(map(len, self.forms)) < LARGE
        return BytesAhoCorasick(
            self.forms, implementation=Implementation.DFA if few else Implementation.ContiguousNFA
        )

    def matches(self, raw: bytes | memoryview) -> Iterator[tuple[bytes, int, int]]:
        """Yield every spelling that stands in bytes, its start and its end, in the order of the ends."""
        if not self.forms or (self._first and not self._first.find_matches_as_indexes(raw)):
            return
        lowered = bytes(raw).lower()
        if self._second and not self._second.find_matches_as_indexes(lowered):
            return
        for number, start, end in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            yield self.forms[number], start, end


class Sweeps:
    """Several sweeps of the same bytes: one pass tells that none of them will find anything."""

    def __init__(self, sweeps: Collection[Sweep]) -> None:
        wanted = [sweep for sweep in sweeps if sweep.forms]
        pieces = {piece for sweep in wanted for piece in sweep.pieces}
        known = all(sweep.pieces for sweep in wanted)
        # Some automata of 40 patterns are twice as fast as of 30 (Teddy's "fat" variant, for more than 32).
        self._first = _scout({way for piece in pieces for way in _in_every_case(piece)}) if known else None

    def may_match(self, raw: bytes | memoryview) -> bool:
        """Whether it takes a sweep to tell that nothing stands in bytes."""
        return self._first is None or bool(self._first.find_matches_as_indexes(raw))


def _scout(patterns: Collection[bytes]) -> BytesAhoCorasick | None:
    """Return an automaton of few patterns; None where it would be no faster than that of all."""
    few = 0 < len(patterns) <= FEW
    return BytesAhoCorasick(list(patterns), matchkind=MatchKind.LeftmostFirst) if few else None


def _shared_pieces(forms: Collection[bytes]) -> list[bytes]:
    """Return at most FEW pieces one of which is in every spelling; nothing where it takes more."""
    left = [_pieces(form) for form in forms] if len(forms) < MANY else []
    chosen: list[bytes] = []
    while left and len(chosen) < FEW:
        counted = Counter(piece for pieces in left for piece in pieces)
        best = max(counted, key=lambda piece: (counted[piece], piece))
        chosen.append(best)
        left = [pieces for pieces in left if best not in pieces]
    return [] if left else chosen


def _pieces(form: bytes) -> frozenset[bytes]:
    """Return the pairs of letters in a spelling; in UTF-16 three, for dark pixels of 16 bits look like it."""
    step, length = (2, 5) if form[1:2] == b"\0" else (1, 2)
    return frozenset(form[at : at + length] for at in range(0, max(1, len(form) - length + 1), step))


def _in_every_case(piece: bytes) -> Iterator[bytes]:
    letters = (dict.fromkeys((piece[at : at + 1], piece[at : at + 1].upper())) for at in range(len(piece)))
    return map(b"".join, product(*letters))
