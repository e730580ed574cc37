"""Lay out what a person needs to decide on links: the table, its people, the links, earlier decisions.

Owns: which decisions can be taken; one row is one patient.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from anonledger.digests import digest
from anonledger.engine.recipes import is_learnt
from anonledger.errors import UsageError
from anonledger.folding import fold
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkMethod, LinkStatus, Ruling
from anonledger.records import Candidate, Case, Evidence, Link, Person, Ruled, Standing, Table
from anonledger.subjects.alignment import align
from anonledger.subjects.names import usable
from anonledger.subjects.people import row_name, table_people
from anonledger.subjects.rulings import described, find, known_as, same_person, standing
from anonledger.subjects.spelled import spelled


class UnlikeError(UsageError):
    """A row is to be accepted that has nothing in common with the patient."""


class Desk:
    """The links of the latest table, and what was decided on them, as the ledger stands."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at nothing yet."""
        self._ledger = ledger

    @cached_property
    def mark(self) -> str:
        """What the table is known by in a file to fill in: by who its rows are about, and by no other cell.

        No spreadsheet takes it for a number.
        """
        about = ((who.name, who.birth_date, who.patient_id) for who in map(described, self.people.values()))
        return f"table {digest('about/1', [*self.people], about)[:12]}" if self._table else ""

    @cached_property
    def people(self) -> dict[int, Person]:
        """The person of each row, which is 1 for the first below the header."""
        return {row: p for p in table_people(self._table) for row in p.rows} if self._table else {}

    def cases(self, everything: bool) -> list[Case]:
        """Return the patients who await a decision, by pseudonym; with ``everything`` all of them."""
        spelled: dict[str, list[Evidence]] = defaultdict(list)
        for row in self._ledger.mapping_rows():
            if self._subjects[row.pseudonym] in self._links and not is_learnt(row.evidence):
                spelled[row.pseudonym].append(row.evidence)
        found = (self._case(pseudonym, evidence) for pseudonym, evidence in sorted(spelled.items()))
        return [case for case in found if everything or self._awaits(case)]

    def ruled(self, ruling: Ruling, pseudonym: str, row: int | None, sure: bool = False) -> Ruled:
        """Return a decision that can be taken on a patient and, without ``row``, the only candidate.

        Raises UsageError, and unless ``sure`` UnlikeError.
        """
        subject = self._subjects.get(pseudonym)
        if subject is None:
            raise UsageError("No patient has this pseudonym. See `anonledger review list --all`.")
        if ruling is Ruling.UNDO:
            if subject not in self._standing:
                raise UsageError(f"Nothing was decided on {pseudonym}, so there is nothing to undo.")
            return Ruled(subject, ruling)
        if subject not in self._links:
            raise UsageError(
                f"{pseudonym} was not compared with a table. Run with a table (-d), then decide."
            )
        if ruling is Ruling.NONE:
            return Ruled(subject, ruling)
        person = self._person(self._only_row(subject) if row is None else row)
        if ruling is Ruling.ACCEPT:
            self._refuse_given(subject, person)
            self._refuse_mixed(person)
            if not sure and self._is_unlike(subject, person):
                raise UnlikeError(
                    f"Row {person.rows[0]} is unlike {pseudonym} in name and in birth date. If it is this "
                    "patient's row all the same, say so with --yes."
                )
        return Ruled(subject, ruling, described(person), len(person.rows))

    def before(self, pseudonym: str) -> str:
        """Return which row a patient has had so far, in words; "" for none."""
        link = self._links.get(self._subjects[pseudonym])
        linked = link is not None and link.method not in (LinkMethod.HUMAN, LinkMethod.NONE)
        by_linkage = f"{_rows(link.rows)}, by linkage" if link is not None and linked else ""
        return self._in_words(self._held(pseudonym)) or by_linkage

    def rows(self, who: Iterable[Evidence]) -> list[int]:
        """Return the rows of those who are in the table, in order."""
        found = (find(one, self._known) for one in who)
        return sorted(row for person in found if person is not None for row in person.rows)

    def is_linked(self, pseudonym: str) -> bool:
        """Whether a patient was compared with the table."""
        return self._subjects.get(pseudonym) in self._links

    def is_ruled(self, pseudonym: str) -> bool:
        """Whether anything was decided on a patient and rows."""
        return self._subjects.get(pseudonym) in self._standing

    @cached_property
    def _table(self) -> Table | None:
        return self._ledger.latest_table()

    @cached_property
    def _known(self) -> dict[tuple[str, ...], Person]:
        return known_as({person.key: person for person in self.people.values()}.values())

    @cached_property
    def _links(self) -> dict[int, Link]:
        present = self._ledger.subjects_of_instances()
        links = self._ledger.links(self._table.digest) if self._table else {}
        return {subject: one for subject, one in links.items() if subject in present}

    @cached_property
    def _standing(self) -> dict[int, Standing]:
        return standing(self._ledger.rulings())

    @cached_property
    def _subjects(self) -> dict[str, int]:
        return {one.pseudonym: one.id for one in self._ledger.subjects()}

    def _held(self, pseudonym: str) -> Standing:
        return self._standing.get(self._subjects[pseudonym], Standing())

    def _awaits(self, case: Case) -> bool:
        held = self._held(case.pseudonym)
        settled = held.nobody or (held.chosen is not None and find(held.chosen, self._known) is not None)
        return case.link.status is LinkStatus.REVIEW and bool(case.candidates) and not settled

    def _case(self, pseudonym: str, evidence: Sequence[Evidence]) -> Case:
        link, held = self._links[self._subjects[pseudonym]], self._held(pseudonym)
        refused = self.rows(held.refused)
        return Case(
            pseudonym,
            names=_told(e.name for e in evidence),
            ids=_told(e.patient_id for e in evidence),
            birth_dates=_told(e.birth_date for e in evidence),
            sexes=_told(e.sex for e in evidence),
            link=link,
            candidates=tuple(self._candidate(row) for row in link.candidates if row not in refused),
            table=self.mark,
            decision=self._in_words(held),
        )

    def _candidate(self, row: int) -> Candidate:
        table = self._table
        if table is None:
            return Candidate(row, "", "", "", "")
        positions = (table.birth_date_column, table.sex_column, table.id_column)
        birth, sex, number = ("" if at is None else table.rows[row - 1][at].strip() for at in positions)
        return Candidate(row, row_name(table, row), birth, sex, number)

    def _in_words(self, held: Standing) -> str:
        said = ["no row"] if held.nobody else []
        if held.chosen is not None:
            said.append(_rows(self.rows([held.chosen])) or "a row that is not in this table")
        said += [f"not row {row}" for row in self.rows(held.refused)]
        return ", ".join(said)

    def _only_row(self, subject: int) -> int:
        rows = {self.people[row].key: row for row in self._links[subject].candidates}
        if len(rows) != 1:
            raise UsageError(
                f"There are {len(rows)} candidates. Name the row, counted from 1 below the header, as "
                "`anonledger review list` shows it."
            )
        return next(iter(rows.values()))

    def _person(self, row: int) -> Person:
        person = self.people.get(row)
        if person is None:
            raise UsageError(f"The table has no row {row}. Its rows are 1 to {len(self.people)}.")
        if find(described(person), self._known) is not person:
            raise UsageError(
                f"Row {row} cannot be told from others by name, birth date and ID, so that no decision would "
                "hold. Complete the table and run again."
            )
        return person

    def _is_unlike(self, subject: int, person: Person) -> bool:
        """Whether neither a word of the name nor the birth date nor the ID of a row is the patient's."""
        if not set(person.rows).isdisjoint(self._links[subject].candidates):
            return False
        own = [one.evidence for one in self._ledger.identities() if one.subject == subject]
        own = [evidence for evidence in own if not is_learnt(evidence)]
        mine, theirs = spelled(e.name for e in own), spelled(person.names)
        matches = (match for a in mine for b in theirs for match in align(a, b).matches)
        if any(match.in_full and match.mine.whole for match in matches):
            return False
        dates, ids = {e.birth_date for e in own}, {fold(e.patient_id.strip()) for e in own}
        return dates.isdisjoint(person.birth_dates) and ids.isdisjoint(map(fold, person.ids))

    def _refuse_given(self, subject: int, person: Person) -> None:
        who = described(person)
        for pseudonym, other in self._subjects.items():
            held = self._standing.get(other, Standing()).chosen
            if other != subject and held is not None and same_person(held, who):
                raise UsageError(
                    f"Row {person.rows[0]} was given to {pseudonym} by a decision. Take that back first: "
                    f"`anonledger review undo {pseudonym}`."
                )

    def _refuse_mixed(self, person: Person) -> None:
        """Refuse rows that a name alone makes one person's when it is the name of several patients."""
        if len(person.rows) < 2 or person.birth_dates or person.ids:
            return
        names = {spelled for name in person.names for spelled in usable(name)}
        bearers = {
            one.subject
            for one in self._ledger.identities()
            if one.subject in self._links
            and not is_learnt(one.evidence)
            and not names.isdisjoint(usable(one.evidence.name))
        }
        if len(bearers) > 1:
            raise UsageError(
                f"Rows {' and '.join(map(str, person.rows))} bear one name, as do {len(bearers)} patients: "
                "nothing tells which row is whose. Add birth dates or IDs to the table and run again."
            )


def in_words(ruling: Ruling, rows: Sequence[int]) -> str:
    """Return what is decided; ``rows`` are those of the person that it is about."""
    match ruling:
        case Ruling.ACCEPT:
            return _rows(rows)
        case Ruling.REJECT:
            return f"not {_rows(rows)}"
        case Ruling.NONE:
            return "no row"
        case Ruling.UNDO:
            return ""


def _rows(rows: Sequence[int]) -> str:
    return f"row{'s' * (len(rows) > 1)} {' and '.join(map(str, rows))}" if rows else ""


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts) - {""}))
