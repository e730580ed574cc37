"""Give new patients their pseudonyms, made of what --id-from says.

Owns: a pseudonym is made once for each subject, and two subjects never share one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from anonledger.engine.recipes import is_further, is_learnt
from anonledger.errors import CollisionError, UsageError
from anonledger.folding import fold
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import IdScheme, Origin
from anonledger.records import Cluster, DoubtRow, Evidence, Person, Subject, Table
from anonledger.settings import DIGITS, NAME, NAME_AND_BIRTH_DATE, PATIENT_ID, Settings
from anonledger.subjects.headers import position_of
from anonledger.subjects.names import canonical, groups, is_placeholder, usable
from anonledger.subjects.pseudonyms import csg, key_fields, key_hash, pseudonym, sequential

SHARED = {NAME: "the name of another patient", PATIENT_ID: "the patient ID of another patient"}
WAY_OUT = "Run again with a greater --id-length; pseudonyms given before stay."
WAY_OUT_OF_CSG = (
    "With --ids csg, names of the same letters give one pseudonym at any length. Run again with --ids hash "
    "(pseudonyms given before stay; two who are one patient can be joined then by `anonledger merge`), or, "
    "where only the first digits are equal, with a greater --id-length."
)
SHARED_CELL = "the cell of another patient in the column of --id-from"


class SharedError(CollisionError):
    """Two patients have in common what pseudonyms are to be made of; ``rows`` tell which."""

    def __init__(self, what: str, way_out: str, rows: Sequence[DoubtRow]) -> None:
        """Keep the two sentences of the message, and the rows, which it does not show."""
        super().__init__(f"{what} {way_out}")
        self.what, self.way_out, self.rows = what, way_out, rows


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A patient without a subject: the names and birth dates that stand for it, and its rows.

    ``doubtful``: it may be somebody who was imported with a pseudonym.
    """

    cluster: Cluster
    names: tuple[str, ...] = field(repr=False)
    birth_dates: tuple[str, ...] = field(repr=False)
    people: tuple[Person, ...] = ()
    doubtful: bool = False


def id_column(settings: Settings, table: Table | None) -> int | None:
    """Return the position of the column that pseudonyms are made of, None when they are made otherwise.

    Raises UsageError when there is no such column.
    """
    if settings.id_from in (NAME_AND_BIRTH_DATE, NAME, PATIENT_ID):
        return None
    if table is None:
        raise UsageError(
            f"--id-from takes {NAME_AND_BIRTH_DATE}, {NAME}, {PATIENT_ID}, or a column of the demographics "
            "table, and there is no table. Name one with -d."
        )
    return position_of(settings.id_from, table.columns, "--id-from")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes pseudonyms by the settings, the salt and the table; ``csg_salt`` is what csg appends to names."""

    settings: Settings
    salt: bytes = field(repr=False)
    table: Table | None
    csg_salt: str = field(default="", repr=False)

    def add(self, clerk: Clerk, run: int, newcomers: Sequence[Newcomer], origin: Origin) -> int:
        """Make subjects of newcomers; return how many lack what their pseudonyms were to be made of.

        Raises CollisionError, and SharedError where that tells which patients it is about.
        """
        made = self.made(clerk.ledger, newcomers)
        by_name = {subject.pseudonym: subject.id for subject in clerk.ledger.nobodies()}
        with clerk.together():
            new = [(name, key) for name, key, _ in made if name not in by_name]
            by_name |= {subject.pseudonym: subject.id for subject in clerk.add_subjects(run, new)}
            assignments = [
                (evidence, by_name[name])
                for name, _, newcomer in made
                for evidence in newcomer.cluster.evidence
            ]
            clerk.assign(run, assignments, origin)
        if self.settings.id_from == NAME_AND_BIRTH_DATE:
            return 0
        return sum(not self._told(one) for one in newcomers)

    def made(self, ledger: Ledger, newcomers: Sequence[Newcomer]) -> list[tuple[str, str, Newcomer]]:
        """Return the pseudonym and key hash of each newcomer, in the order of the latter; nothing is kept.

        A subject who is nobody yet becomes the newcomer with its key hash. Raises CollisionError, and
        SharedError.
        """
        nobodies = {one.key_hash: one for one in ledger.nobodies()}
        known = [one for one in ledger.subjects() if one.key_hash not in nobodies]
        told = [self._told(one) for one in newcomers]
        self._refuse_shared(ledger, newcomers, told, {one.key_hash: one.id for one in known})
        keys = self._keys(newcomers, told, {subject.key_hash for subject in known})
        ordered = sorted(zip(keys, newcomers, strict=True), key=lambda pair: pair[0])
        there = [(nobodies[key].pseudonym, key, one) for key, one in ordered if key in nobodies]
        new = [(key, one) for key, one in ordered if key not in nobodies]
        found = [
            (self._pseudonym(key, len(known) + len(nobodies) + n, newcomer), key, newcomer)
            for n, (key, newcomer) in enumerate(new, start=1)
        ]
        _refuse_collisions([name for name, _, _ in found], [*known, *nobodies.values()], self.settings.ids)
        return sorted([*there, *found], key=lambda made: made[1])

    def _told(self, newcomer: Newcomer) -> str:
        """Return the key hash that --id-from leads to, "" where it leads to none."""
        wanted = self.settings.id_from
        if wanted == NAME_AND_BIRTH_DATE:
            return ""
        if wanted == NAME:
            name, _ = key_fields(newcomer.names, ())
            return key_hash(self.salt, name, "") if name else ""
        if wanted == PATIENT_ID:
            ids = _ids(newcomer.cluster.evidence)
            return key_hash(self.salt, "", "", "patient id", *map(_plain, ids[0])) if ids else ""
        cells = self._cells(newcomer.people)
        return key_hash(self.salt, "", "", "column", *cells) if len(cells) == 1 else ""

    def _cells(self, people: Iterable[Person]) -> set[str]:
        column = id_column(self.settings, self.table)
        if self.table is None or column is None:
            return set()
        found = [self.table.rows[row - 1][column] for person in people for row in person.rows]
        return {_plain(cell) for cell in found if not is_placeholder(cell)}

    def _refuse_shared(
        self, ledger: Ledger, newcomers: Sequence[Newcomer], told: Sequence[str], taken: dict[str, int]
    ) -> None:
        """Raise SharedError when --id-from would give one pseudonym to two patients."""
        bearers = _bearers(ledger) if self.settings.id_from == NAME else {}
        many = Counter(told)
        shared: list[Newcomer] = []
        rivals: set[int] = set()
        for one, key in zip(newcomers, told, strict=True):
            others = set(bearers.get(key_fields(one.names, ())[0], ()))
            if key in taken:
                others.add(taken[key])
            if key and (many[key] > 1 or others):
                shared.append(one)
                rivals |= others
        if shared:
            doubt = SHARED.get(self.settings.id_from, SHARED_CELL)
            raise SharedError(
                f"--id-from {self.settings.id_from} would give {len(shared) + len(rivals)} patients the "
                "pseudonym of another one.",
                f"Name another --id-from, such as {NAME_AND_BIRTH_DATE}.",
                [*_known_rows(ledger, rivals, doubt), *_new_rows(shared, doubt)],
            )

    def _keys(self, newcomers: Sequence[Newcomer], told: Sequence[str], taken: set[str]) -> list[str]:
        """Return the key hash of each newcomer; IDs tell those apart who have one name and birth date."""
        fields = [key_fields(n.names, n.birth_dates) for n in newcomers]
        plain = [key_hash(self.salt, *field) if field[0] else "" for field in fields]
        many = Counter([*plain, *told])
        keys = [
            key or (name if name and many[name] == 1 and name not in taken else self._apart(newcomer, field))
            for key, name, field, newcomer in zip(told, plain, fields, newcomers, strict=True)
        ]
        if len(set(keys) | taken) < len(keys) + len(taken):
            raise CollisionError(
                "Two patients have the same name, birth date and ID, and yet seem to be two. "
                "Nothing was released. Mend the ID or birth date of one of them, and run again."
            )
        return keys

    def _apart(self, newcomer: Newcomer, fields: tuple[str, str]) -> str:
        """Return the key hash of a patient whom ID and issuer tell from others, or else all that is known."""
        ids = _ids(newcomer.cluster.evidence)
        if ids:
            return key_hash(self.salt, *fields, "patient id", *ids[0])
        least = min((e.scope, e.sex, e.patient_id, e.name) for e in newcomer.cluster.evidence)
        return key_hash(self.salt, *fields, "study", *least)

    def _pseudonym(self, key: str, number: int, newcomer: Newcomer) -> str:
        settings = self.settings
        match settings.ids:
            case IdScheme.SEQUENTIAL:
                return sequential(settings.id_prefix, number, settings.id_digits)
            case IdScheme.CSG if (name := _spelled(newcomer.names)) and not newcomer.doubtful:
                return csg(name, self.csg_salt, settings.id_prefix, settings.id_digits)
            case IdScheme.HASH:
                return pseudonym(key, settings.id_prefix, settings.id_digits)
            case _:  # csg would give a nameless or doubtful one the pseudonym of somebody else
                return pseudonym(key, settings.id_prefix, DIGITS[IdScheme.HASH])


def _spelled(names: Sequence[str]) -> str:
    """Return the spelling that stands for a patient, "" without a name."""
    stands, _ = key_fields(names, ())
    found = [group for name in names for group in groups(name)[:1] if canonical(name) == stands]
    return min(found, default="") if stands else ""


def _ids(evidence: Iterable[Evidence]) -> list[tuple[str, str]]:
    return sorted((e.patient_id, e.issuer) for e in evidence if not is_placeholder(e.patient_id))


def _plain(text: str) -> str:
    return fold(text.strip())


def _bearers(ledger: Ledger) -> dict[str, set[int]]:
    """Return the subjects that bear each canonical name, in a DICOM or in a row."""
    found: dict[str, set[int]] = defaultdict(set)
    for identity in ledger.identities():
        who = identity.evidence
        if is_further(who):
            continue
        for name in who.other_names if is_learnt(who) else (who.name,):
            for spelled in usable(name):
                found[spelled].add(identity.subject)
    return found


def _known_rows(ledger: Ledger, subjects: set[int], doubt: str) -> list[DoubtRow]:
    names = {subject.id: subject.pseudonym for subject in ledger.subjects()}
    return [
        DoubtRow(doubt, names[identity.subject], identity.evidence)
        for identity in ledger.identities()
        if identity.subject in subjects
    ]


def _new_rows(newcomers: Iterable[Newcomer], doubt: str) -> list[DoubtRow]:
    return [DoubtRow(doubt, "", evidence) for one in newcomers for evidence in one.cluster.evidence]


def _refuse_collisions(names: Sequence[str], known: Sequence[Subject], ids: IdScheme) -> None:
    taken = [subject.pseudonym for subject in known]
    twice = [name for name, count in Counter([*taken, *names]).items() if count > 1]
    if twice:
        raise CollisionError(
            f"{len(twice)} pseudonym(s), the first {twice[0]}, would stand for two patients each. "
            f"Nothing was released. {WAY_OUT_OF_CSG if ids is IdScheme.CSG else WAY_OUT}"
        )
