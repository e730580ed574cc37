"""Lay out what a person needs to decide on links: the table, its people, the links, earlier decisions.

Owns: which decisions can be taken; one row is one patient.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from anonledger.engine.recipes import is_learnt
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus, Ruling
from anonledger.records import Candidate, Case, Evidence, Link, Person, Ruled, Standing, Table
from anonledger.subjects.people import row_name, table_people
from anonledger.subjects.rulings import described, find, known_as, same_person, standing


class Desk:
    """The links of the latest table, and what was decided on them, as the ledger stands."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at nothing yet."""
        self._ledger = ledger

    @cached_property
    def mark(self) -> str:
        """What the table is known by in a file to fill in; no spreadsheet takes it for a number."""
        return f"table {self._table.digest[:12]}" if self._table else ""

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

    def ruled(self, ruling: Ruling, pseudonym: str, row: int | None) -> Ruled:
        """Return a decision that can be taken on a patient and, without ``row``, the only candidate.

        Raises UsageError.
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
        return Ruled(subject, ruling, described(person))

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
        refused = self._rows(held.refused)
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

    def _rows(self, who: Iterable[Evidence]) -> list[int]:
        """Return the rows of those who are in the table, in order."""
        found = (find(one, self._known) for one in who)
        return sorted(row for person in found if person is not None for row in person.rows)

    def _in_words(self, held: Standing) -> str:
        said = ["no row"] if held.nobody else []
        if held.chosen is not None:
            rows = " and ".join(map(str, self._rows([held.chosen])))
            said.append(f"row {rows}" if rows else "a row that is not in this table")
        said += [f"not row {row}" for row in self._rows(held.refused)]
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

    def _refuse_given(self, subject: int, person: Person) -> None:
        who = described(person)
        for pseudonym, other in self._subjects.items():
            held = self._standing.get(other, Standing()).chosen
            if other != subject and held is not None and same_person(held, who):
                raise UsageError(
                    f"Row {person.rows[0]} was given to {pseudonym} by a decision. Take that back first: "
                    f"`anonledger review undo {pseudonym}`."
                )


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts) - {""}))
