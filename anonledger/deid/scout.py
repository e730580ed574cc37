"""Look for many spellings in very many bytes, where hardly any of them ever stands.

Owns: a scout lets nothing pass; it only says, and ten times as fast, that there is nothing to look for.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

LARGE = 400_000  # bytes of patterns from which a table of all transitions takes too much memory
FEW = 64  # patterns up to which the automaton compares many bytes at once (Teddy, in the wheel's Rust)
MANY = 20_000  # spellings from which it takes too long to find out what they have in common


class Sweep:
    """Knows spellings in lower case (ASCII, or ASCII with a NUL behind each letter), and finds them."""

    def __init__(self, forms: Collection[bytes]) -> None:
        self._forms = sorted(forms)
        few = self._forms if len(forms) <= FEW else _shared_pieces(self._forms)
        self._scout = BytesAhoCorasick(few, matchkind=MatchKind.LeftmostFirst) if few else None
        self._automaton = _dense(self._forms) if forms else None

    def matches(self, lowered: bytes) -> Iterator[tuple[bytes, int, int]]:
        """Yield every spelling that stands in bytes, its start and its end, in the order of the ends."""
        if self._automaton is None or (
            self._scout is not None and not self._scout.find_matches_as_indexes(lowered)
        ):
            return
        for number, start, end in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            yield self._forms[number], start, end


def _dense(forms: Collection[bytes]) -> BytesAhoCorasick:
    few = sum(map(len, forms)) < LARGE
    return BytesAhoCorasick(
        list(forms), implementation=Implementation.DFA if few else Implementation.ContiguousNFA
    )


def _shared_pieces(forms: Collection[bytes]) -> list[bytes]:
    """Return at most FEW pairs of letters one of which is in every spelling; nothing where there are none."""
    left = [_pairs(form) for form in forms] if len(forms) < MANY else []
    chosen: list[bytes] = []
    while left and len(chosen) < FEW:
        best = max(
            Counter(pair for pairs in left for pair in pairs).items(), key=lambda one: (one[1], one[0])
        )
        chosen.append(best[0])
        left = [pairs for pairs in left if best[0] not in pairs]
    return [] if left else chosen


def _pairs(form: bytes) -> frozenset[bytes]:
    """Return the neighbours in a spelling; in UTF-16 with the NUL between them."""
    step = 2 if form[1:2] == b"\0" else 1
    return frozenset(form[at : at + step + 1] for at in range(0, len(form) - step, step))
