"""Decide between accepting, reviewing and missing, and say why in words.

Owns: what speaks against a row sends it to review, however likely it is; no reason holds an identifier.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.alignment import Alignment, Kind
from anonledger.subjects.claims import Decision
from anonledger.subjects.dates import birth_date
from anonledger.subjects.fields import Compared, Verdict
from anonledger.subjects.spelled import Role

# Of the least certain links three in a hundred may be wrong; of all links far fewer, as most are far surer.
# Below one in a hundred a row is not worth a person's look; in a long table, where many have the patient's
# name, neither is one of another birth date below three in a hundred.
ACCEPTED, CLAIMED, REVIEWED, REVIEWED_NAMESAKE = 0.97, 0.5, 0.01, 0.03
MOST_CANDIDATES = 10
LONG_ID = 7
TELLING_ID = 6  # characters from which two equal IDs are no two numberings that meet by chance
IN_WORDS = {
    Kind.EQUAL: "equal",
    Kind.FOLDED: "spelled another way",
    Kind.ONE_EDIT: "one letter off",
    Kind.TWO_EDITS: "two letters off",
    Kind.CUT: "cut off",
    Kind.INITIAL: "shortened to an initial",
}
ROLES = {Role.UNKNOWN: "a name", Role.FAMILY: "surname", Role.GIVEN: "given name"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the table who may be the patient, the evidence, and how likely that is.

    ``named``: both have a name; ``apart``: another spelling of the patient's name contradicts; ``relative``:
    how likely the patient is one; ``near_names``: a given name is near the other, and both are names;
    ``namesakes``: nothing but the name makes its rows one person's; ``two_scripts``: the names are in two;
    ``birth_tells``: a birth date is equal that few share; ``other_generation``: Jr and Sr; ``kin``: one name
    speaks of a baby or a daughter, the other does not.
    """

    person: Person = field(repr=False)
    aligned: Alignment
    named: bool
    apart: bool
    compared: Compared
    shared_ids: frozenset[str] = field(repr=False)
    near_names: bool
    namesakes: bool = False
    two_scripts: bool = False
    birth_tells: bool = False
    other_generation: bool = False
    kin: bool = False
    posterior: float = 0.0
    relative: float = 0.0

    @property
    def leads(self) -> bool:
        """Whether anything can lead to the row; without names on both sides only an equal ID does."""
        return self.named or self.id_equal

    @property
    def birth_equal(self) -> bool:
        """Whether a birth date is equal."""
        return self.compared.birth is Verdict.EQUAL and self.birth_tells

    @property
    def id_equal(self) -> bool:
        """Whether a patient ID is equal."""
        return self.compared.id is Verdict.EQUAL

    @property
    def id_tells(self) -> bool:
        """Whether a patient ID is equal and long enough to be no coincidence."""
        return any(len(id_) >= TELLING_ID for id_ in self.shared_ids)

    @property
    def id_is_one(self) -> bool:
        """Whether an equal ID is no birth date, and too long for one that two hospitals give by chance."""
        return any(len(id_) >= LONG_ID and not birth_date(id_) for id_ in self.shared_ids)

    @property
    def exactly(self) -> int:
        """How many words of the names are equal."""
        return sum(match.parts for match in self.aligned.matches if match.kind is Kind.EQUAL)

    @property
    def in_full(self) -> int:
        """How many words of the names match as wholes."""
        return sum(match.parts for match in self.aligned.matches if match.in_full)


def decided(key: int, named: bool, found: Sequence[Candidate]) -> Decision:
    """Return the decision for a patient."""
    ranked = sorted(found, key=lambda c: (-c.posterior, c.person.key))
    if not ranked or not _is_worth_a_look(ranked[0]):
        why = "no row is likely" if named else "no usable name"
        score = round(ranked[0].posterior, 4) if ranked else 0.0
        return Decision(Link(key, LinkStatus.MISSING, LinkMethod.NONE, score, reasons=(why,)))
    best = ranked[0]
    score = round(best.posterior, 4)
    candidates = tuple(row for c in ranked[:MOST_CANDIDATES] for row in c.person.rows)
    against = (*_objections(best), *_doubts(ranked))
    claim = best.person.key if score >= CLAIMED else None
    if against:
        reasons = _once(*_unnamed(best, named), *against, *_evidence(best))
        return Decision(Link(key, LinkStatus.REVIEW, LinkMethod.NONE, score, (), candidates, reasons), claim)
    equal = best.aligned.equal
    strength = 2 if best.id_equal else int(equal and best.birth_equal)
    reasons = _once(*_unnamed(best, named), *_evidence(best))
    method = LinkMethod.EXACT if equal else LinkMethod.FUZZY
    accepted = Link(key, LinkStatus.ACCEPTED, method, score, best.person.rows, candidates, reasons)
    return Decision(accepted, claim, strength)


def _is_worth_a_look(best: Candidate) -> bool:
    """Tell whether a row is likely enough, and alike in a word of the name or the ID.

    Where names in two scripts cannot be compared, or one is a single word, an equal birth date will do.
    """
    enough = REVIEWED_NAMESAKE if best.compared.birth is Verdict.DIFFERS else REVIEWED
    return best.posterior >= enough and (
        best.id_equal
        or bool(best.aligned.matches)
        or (best.birth_equal and (best.two_scripts or best.aligned.contrary < 2))
    )


def _doubts(ranked: Sequence[Candidate]) -> Iterator[str]:
    """Yield which other hypothesis keeps the best row from being all but certain."""
    best = ranked[0]
    if best.posterior >= ACCEPTED:
        if any(_agrees_as_well(other, best) for other in ranked[1:]):
            yield "several rows fit"
        return
    rivals = sum(c.posterior for c in ranked[1:])
    kin = sum(c.relative for c in ranked)
    stranger = 1 - best.posterior - rivals - kin
    if rivals >= max(kin, stranger):
        yield "several rows fit"
    elif kin >= stranger:
        yield "a relative would fit as well"
    else:
        yield "a stranger would fit as well"


def _agrees_as_well(other: Candidate, best: Candidate) -> bool:
    """Tell whether another row agrees in what the best does: how rare it is must not decide alone.

    Beside a row without a name, one that has the patient's name or birth date is as good.
    """
    if not best.named and other.named and (other.birth_equal or other.in_full > 1):
        return True
    if Verdict.DIFFERS in (other.compared.birth, other.compared.id):
        return False  # sex is not enough to tell two namesakes apart
    fields = [(other.id_equal, best.id_equal), (other.birth_equal, best.birth_equal)]
    if any(its > bests for its, bests in fields):
        return other.in_full > 0 or other.id_equal
    if other.aligned.contrary or best.id_equal > other.id_equal:
        return False
    if other.exactly > best.exactly:
        return True
    return best.id_equal or (
        other.birth_equal == best.birth_equal
        and other.exactly == best.exactly
        and other.in_full >= best.in_full
    )


def _objections(best: Candidate) -> Iterator[str]:
    """Yield what speaks against a row, unless other fields outweigh it."""
    compared = best.compared
    if compared.birth is Verdict.DIFFERS and not (best.id_tells and best.in_full > 1):
        yield "birth date differs"
    if compared.id is Verdict.DIFFERS:
        yield "patient ID differs"
    if compared.id is Verdict.NEIGHBOUR and not best.birth_equal:
        yield "patient ID differs in its last digits"
    if compared.sex is Verdict.DIFFERS and not _sex_may_be_wrong(best):
        yield "sex differs"
    if not best.named:
        if not best.id_tells and not best.birth_equal:
            yield "its ID is too short to decide alone"
    elif best.other_generation:
        yield "another generation"
    elif best.kin:
        yield "one name speaks of a child or a parent"
    elif best.namesakes:
        yield "several rows of this name, and nothing else that makes them one person's"
    elif best.id_equal:
        if not _name_will_do(best):
            yield "a word of the name differs"
    else:
        yield from _names_against(best)


def _name_will_do(best: Candidate) -> bool:
    """Tell whether enough of a name agrees beside an equal ID, which relatives or two hospitals may share."""
    if not best.in_full:
        return best.birth_equal and best.aligned.garbled
    born = best.birth_equal or best.compared.birth is Verdict.NEAR
    given = any(match.in_full and match.mine.role is Role.GIVEN for match in best.aligned.matches)
    return best.in_full > 1 or born or best.aligned.garbled or (given and best.id_is_one)


def _names_against(best: Candidate) -> Iterator[str]:
    if best.aligned.contrary:
        yield "a word of the name differs"
    elif best.apart:
        yield "another spelling of the patient's name differs"
    if best.in_full < 2 and not best.birth_equal:
        yield "names have one word in common only"
    if best.near_names and best.birth_equal:
        yield "twins may have given names as near as these"


def _sex_may_be_wrong(best: Candidate) -> bool:
    """Tell whether names, ID and birth date agree so well that the sex is rather a slip."""
    if best.id_equal and best.birth_equal:
        return best.in_full > 0
    alike = not best.aligned.contrary and all(m.kind <= Kind.FOLDED for m in best.aligned.matches)
    return alike and best.in_full > 1 and (best.id_equal or best.birth_equal)


def _unnamed(best: Candidate, named: bool) -> Iterator[str]:
    if not best.named:
        yield "the row has no name" if named else "the DICOM has no name"


def _evidence(best: Candidate) -> Iterator[str]:
    """Yield what speaks for a row, and what is not equal, field by field."""
    aligned, compared = best.aligned, best.compared
    if aligned.matches and aligned.equal:
        yield "names equal"
    else:
        worst = {m.mine.role: m.kind for m in sorted(aligned.matches, key=lambda m: m.kind)}
        for role in sorted(worst, key=lambda r: (r is Role.UNKNOWN, r)):
            yield f"{ROLES[role]} {IN_WORDS[worst[role]]}"
        if aligned.contrary:
            yield "a word of the name differs"
        elif any(not word.particle for word in (*aligned.mine, *aligned.theirs)):
            yield "one name has further words"
    for label, verdict in (
        ("birth date", compared.birth),
        ("sex", compared.sex),
        ("patient ID", compared.id),
    ):
        if verdict is not Verdict.UNKNOWN:
            yield f"{label} {verdict}"


def _once(*reasons: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
