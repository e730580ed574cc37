"""Make the tables that leave the program, out of the ledger alone.

Owns: the same ledger gives the same tables, after a run and by `export`; shareable ones are verified.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from anonledger.engine.cells import Cells, people_named
from anonledger.engine.doubts import doubts
from anonledger.engine.recipes import is_learnt, row_evidence
from anonledger.exports import doubts as doubts_table
from anonledger.exports.demographics import shortened
from anonledger.exports.mapping import mapping
from anonledger.exports.matches import matches
from anonledger.exports.missing import missing_private, missing_shareable
from anonledger.exports.participants import AGE, SEX, Participants
from anonledger.exports.quarantine import quarantine
from anonledger.exports.table import ExportTable
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import ColumnFate, LinkMethod, LinkStatus
from anonledger.records import Link, MatchRow, Recipe, Table, UnusedRow
from anonledger.subjects.columns import column_of, column_uses
from anonledger.subjects.people import row_name, sexes_of, table_people

NO_TABLE = Link(0, LinkStatus.MISSING, LinkMethod.NONE, 0.0)


class Exports:
    """All tables of a project as its ledger stands."""

    def __init__(
        self, ledger: Ledger, recipes: Mapping[int, Recipe], dropped: Sequence[str], kept: Sequence[str] = ()
    ) -> None:
        """Read what every table needs; ``dropped`` columns are left out of the shareable demographics.

        ``recipes``: of every subject id, as the ledger stands; ``kept``: columns that are not left out.
        """
        self._ledger = ledger
        self._dropped, self._kept = dropped, kept
        self._table = ledger.latest_table()
        self._recipes = recipes
        self._links = ledger.links(self._table.digest) if self._table else {}
        self._present = ledger.subjects_of_instances()

    def mapping(self) -> ExportTable:
        """Who stands behind each pseudonym; private."""
        return mapping(row for row in self._ledger.mapping_rows() if not is_learnt(row.evidence))

    def doubts(self) -> ExportTable:
        """What is doubtful about who is who; private."""
        return self._doubts

    def quarantine(self) -> ExportTable:
        """What is held back; private."""
        return quarantine(self._ledger.quarantined())

    def matches(self) -> ExportTable:
        """What linkage decided on each patient, one line for each spelling; private."""
        return matches(self._match_rows)

    def missing_private(self, with_unused_rows: bool) -> ExportTable:
        """Patients without an accepted row and, on request, rows of nobody; private."""
        return missing_private(self._match_rows, self._unused() if with_unused_rows else None)

    def missing_shareable(self) -> ExportTable:
        """The pseudonyms of patients without an accepted row."""
        return missing_shareable(self._match_rows)

    def demographics(self) -> ExportTable | None:
        """The table shortened to the patients present, with pseudonyms; None when there is no table."""
        return self._shortened[1] if self._shortened else None

    def participants(self) -> Participants:
        """The patients present with their cells in the shareable demographics, as BIDS has them."""
        rows: dict[str, list[tuple[str, ...]]] = {self._recipes[one].pseudonym: [] for one in self._present}
        if self._table is None or self._shortened is None:
            return Participants((), (), rows)
        uses = column_uses(self._table, self._dropped, self._kept)
        shared = [position for position, use in enumerate(uses) if use.fate is not ColumnFate.LEFT_OUT]
        told = [at for at, position in enumerate(shared) if uses[position].fate is ColumnFate.CLEANED]
        whose, table = self._shortened
        sexes, age = sexes_of(self._table), column_of(AGE, self._table.columns)
        known = {self._table.sex_column: SEX, age: AGE}
        for number, cells in zip(sorted(whose), table.rows, strict=True):
            sex = sexes[number - 1]
            rows.setdefault(whose[number], []).append(
                tuple(sex if sex and shared[at] == self._table.sex_column else cells[at] for at in told)
            )
        headers = tuple(table.columns[at] for at in told)
        return Participants(headers, tuple(known.get(shared[at], "") for at in told), rows)

    @cached_property
    def _shortened(self) -> tuple[dict[int, str], ExportTable] | None:
        """The pseudonyms of the rows that are shared, and the table of them."""
        if self._table is None:
            return None
        fates = [use.fate for use in column_uses(self._table, self._dropped, self._kept)]
        rows = self._row_pseudonyms(self._table)
        return rows, shortened(self._table, rows, fates, self._cells(self._table, rows, fates).cleaned)

    @cached_property
    def _doubts(self) -> ExportTable:
        return doubts_table(doubts(self._ledger))

    @cached_property
    def _match_rows(self) -> list[MatchRow]:
        if self._table is None:
            return []
        ids = {s.pseudonym: s.id for s in self._ledger.subjects()}
        return [
            MatchRow(
                row.pseudonym,
                row.evidence,
                self._table.source_name,
                self._links.get(ids[row.pseudonym], NO_TABLE),
            )
            for row in self._ledger.mapping_rows()
            if ids[row.pseudonym] in self._present and not is_learnt(row.evidence)
        ]

    def _row_pseudonyms(self, table: Table) -> dict[int, str]:
        """Return the pseudonym of each row that may be shared."""
        if not self._present:
            return self._enrolled(table)
        return {
            row: self._recipes[subject].pseudonym
            for subject, link in self._links.items()
            if subject in self._present and link.status is LinkStatus.ACCEPTED
            for row in link.rows
        }

    def _enrolled(self, table: Table) -> dict[int, str]:
        """Return the pseudonyms of the rows of a table that came without any DICOM."""
        by_evidence = {row.evidence: row.pseudonym for row in self._ledger.mapping_rows()}
        people = [person for person in table_people(table) if person.names]
        pseudonyms = {person.rows: by_evidence.get(row_evidence(person)) for person in people}
        return {row: one for rows, one in pseudonyms.items() if one is not None for row in rows}

    def _unused(self) -> list[UnusedRow]:
        if self._table is None:
            return []
        used = self._row_pseudonyms(self._table)
        return [
            UnusedRow(number, row_name(self._table, number))
            for number in range(1, len(self._table.rows) + 1)
            if number not in used
        ]

    def _cells(self, table: Table, rows: Mapping[int, str], fates: Sequence[ColumnFate]) -> Cells:
        """Return what cleans the cells of the rows to be shared, knowing the other rows as well."""
        shared = [position for position, fate in enumerate(fates) if fate is ColumnFate.CLEANED]
        texts: Iterable[str] = (table.rows[row - 1][position] for row in rows for position in shared)
        others = (row for row in range(1, len(table.rows) + 1) if row not in rows)
        return Cells(self._recipes, people_named(table, others, texts))
