"""Weigh what two names say for three hypotheses: one person, a relative of that person, a stranger.

Owns: the likelihood of every agreement and disagreement of names, relative to a stranger's.
"""

from dataclasses import dataclass
from math import prod

from anonledger.subjects.alignment import Alignment, Kind, Match
from anonledger.subjects.frequencies import Frequencies, known_names, unlisted
from anonledger.subjects.spelled import Role, Word, is_initial

# How often a word of one person comes out equal, spelled in another way, one and two edits off. Typing errors
# hit some 5 to 10 of 100 names in registries; the rest follows. A cut word is told by its field's length.
EQUAL, FOLDED, ONE_EDIT, TWO_EDITS, SHORT = 0.9, 0.5, 0.06, 0.015, 0.9
EDITS_PER_LETTER = 50  # 25 substitutions and 26 insertions; deletions and transpositions are few beside them
# Words that only one name has: middle names and second surnames come and go, a whole name rarely changes.
EXTRA, EXTRA_INITIAL, EXTRA_PARTICLE, CONTRARY = 0.4, 0.7, 0.9, 0.01
# A relative bears the family name; sometimes the given name too, or one much like it (Marie and Maria).
SHARED_FAMILY, SAME_GIVEN, LIKE_GIVEN = 0.8, 0.02, 0.1
NAMES_LIKE_ONE = 0.005  # share of people whose given name lies within two edits of a given one
LEAST_BORNE = 1e-6  # share of people below which a word is rather a typo than a name
# How much a component of a DICOM name tells of its words' role; one in ten names is written the wrong way.
ROLE_ODDS, UNKNOWN_ROLE = 9, 10


@dataclass(frozen=True, slots=True)
class Weights:
    """How much likelier what was seen is for one person, and for a relative, than for a stranger."""

    same: float = 1.0
    relative: float = 1.0


class NameWeights:
    """What names say (Fellegi and Sunter 1969; frequencies of names as in Winkler 1989)."""

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._known: dict[tuple[str, str, Kind, int, bool], float] = {}

    def weights(self, aligned: Alignment) -> Weights:
        """Return what two aligned names say. Words are taken as independent of each other."""
        if not aligned.matches:
            return Weights(_leftovers(aligned), 0.0)
        ratios = [self._ratio(match) for match in aligned.matches]
        return Weights(prod(ratios) * _leftovers(aligned), self._relative(aligned, ratios))

    def near_names(self, aligned: Alignment) -> bool:
        """Tell whether a given name is nearly the other's, and each is one (Marie, Maria)."""
        return any(
            match.kind in (Kind.ONE_EDIT, Kind.TWO_EDITS)
            and match.mine.role is not Role.FAMILY
            and (match.foreign or all(map(self._frequencies.is_name, (match.mine.text, match.theirs.text))))
            for match in aligned.matches
        )

    def _ratio(self, match: Match) -> float:
        key = match.mine.text, match.theirs.text, match.kind, match.parts, match.foreign
        if key not in self._known:
            self._known[key] = self._weighed(*key)
        return self._known[key]

    def _weighed(self, one: str, other: str, kind: Kind, parts: int, foreign: bool) -> float:
        """Return how much likelier a pair of words is for one person than for two."""
        if kind in (Kind.INITIAL, Kind.CUT):
            return SHORT / self._frequencies.beginning(min(one, other, key=len))
        mine, theirs = (
            self._frequencies.borne(word, parts, foreign) + unlisted(word) for word in (one, other)
        )
        if kind in (Kind.EQUAL, Kind.FOLDED):
            return (EQUAL if kind is Kind.EQUAL else FOLDED) / max(mine, theirs)
        edits = EDITS_PER_LETTER * max(len(one), len(other))
        slip = ONE_EDIT / edits if kind is Kind.ONE_EDIT else TWO_EDITS / (edits * edits / 2)
        # Either may be the name that was meant; either may be borne by a stranger, or be a stranger's typo.
        return slip * (mine + theirs) / ((mine + slip * theirs) * (theirs + slip * mine))

    def _relative(self, aligned: Alignment, ratios: list[float]) -> float:
        """Return the likelihood for a relative, who shares the family name and has a given name of their own.

        Any word may be that given name, the likelier the more it is borne as one.
        """
        given = [_given(match.mine) for match in aligned.matches]
        own = [self._own(match, ratio) for match, ratio in zip(aligned.matches, ratios, strict=True)]
        each = [(1 - g) * ratio + g * new for g, ratio, new in zip(given, ratios, own, strict=True)]
        shared = prod(each)
        parts = [g * new * shared / either for g, new, either in zip(given, own, each, strict=True)]
        spare = sum(_given(word) for word in aligned.mine if not word.particle)
        if len(given) == 1 and not spare:
            spare = 1 - given[0]
        return SHARED_FAMILY * (sum(parts) + spare * shared) / (sum(given) + spare)

    def _own(self, match: Match, ratio: float) -> float:
        """Return the likelihood of a relative's own given name when it is the patient's word."""
        likelihood = 1 + SAME_GIVEN * ratio
        if match.kind in (Kind.ONE_EDIT, Kind.TWO_EDITS):
            borne = self._frequencies.borne(match.mine.text, match.parts, match.foreign)
            real = borne / (borne + unlisted(match.mine.text) + LEAST_BORNE)
            likelihood += LIKE_GIVEN / NAMES_LIKE_ONE * real
        return likelihood


def _leftovers(aligned: Alignment) -> float:
    """Return the likelihood of the words that only one of the names has."""
    words = [word for word in (*aligned.mine, *aligned.theirs) if not word.particle]
    particles = len(aligned.mine) + len(aligned.theirs) - len(words)
    contrary = aligned.contrary
    spare = max(len(words) - 2 * contrary, 0)
    initials = min(sum(is_initial(word.text) for word in words), spare)
    extra = spare - initials
    found: float = EXTRA_PARTICLE**particles * EXTRA_INITIAL**initials * EXTRA**extra * CONTRARY**contrary
    return found


def _given(word: Word) -> float:
    """Return the chance that a word is a given name."""
    known = known_names().get(word.text)
    given, family = (known.given, known.family) if known else (0, 0)
    odds = (given + UNKNOWN_ROLE) / (family + UNKNOWN_ROLE)
    if word.role is not Role.UNKNOWN:
        odds *= ROLE_ODDS if word.role is Role.GIVEN else 1 / ROLE_ODDS
    return odds / (1 + odds)
