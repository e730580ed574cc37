"""Make the tables that leave the program, out of the ledger alone.

Owns: the same ledger gives the same tables, after a run and by `export`; shareable ones are verified.
"""

from collections.abc import Callable, Mapping, Sequence

from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_string
from anonledger.deid.verify import verify_text
from anonledger.engine.recipes import is_learnt, roster, row_evidence
from anonledger.exports.demographics import shortened
from anonledger.exports.mapping import mapping
from anonledger.exports.matches import matches
from anonledger.exports.missing import missing_private, missing_shareable
from anonledger.exports.quarantine import quarantine
from anonledger.exports.table import ExportTable
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link, MatchRow, Recipe, Table, UnusedRow
from anonledger.subjects.columns import naming_positions
from anonledger.subjects.names import canonical, words
from anonledger.subjects.people import row_name, table_people

NO_TABLE = Link(0, LinkStatus.MISSING, LinkMethod.NONE, 0.0)


class Exports:
    """All tables of a project as its ledger stands."""

    def __init__(self, ledger: Ledger, recipes: Mapping[int, Recipe], dropped: Sequence[str]) -> None:
        """Read what every table needs; ``dropped`` columns are left out of the shareable demographics.

        ``recipes``: of every subject id, as the ledger stands.
        """
        self._ledger = ledger
        self._dropped = dropped
        self._table = ledger.latest_table()
        self._recipes = recipes
        self._links = ledger.links(self._table.digest) if self._table else {}
        self._present = ledger.subjects_of_instances()

    def mapping(self) -> ExportTable:
        """Who stands behind each pseudonym; private."""
        return mapping(row for row in self._ledger.mapping_rows() if not is_learnt(row.evidence))

    def quarantine(self) -> ExportTable:
        """What is held back; private."""
        return quarantine(self._ledger.quarantined())

    def matches(self) -> ExportTable:
        """What linkage decided on each patient, one line for each spelling; private."""
        return matches(self._match_rows())

    def missing_private(self, with_unused_rows: bool) -> ExportTable:
        """Patients without an accepted row and, on request, rows of nobody; private."""
        return missing_private(self._match_rows(), self._unused() if with_unused_rows else None)

    def missing_shareable(self) -> ExportTable:
        """The pseudonyms of patients without an accepted row."""
        return missing_shareable(self._match_rows())

    def demographics(self) -> ExportTable | None:
        """The table shortened to the patients present, with pseudonyms; None when there is no table."""
        if self._table is None:
            return None
        naming = naming_positions(self._table.columns) | frozenset(self._table.identifier_columns)
        rows = self._row_pseudonyms(self._table)
        return shortened(self._table, rows, self._cleaner(), self._dropped, naming)

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
        used = {row for link in self._links.values() for row in link.rows}
        return [
            UnusedRow(number, row_name(self._table, number))
            for number in range(1, len(self._table.rows) + 1)
            if number not in used and canonical(row_name(self._table, number))
        ]

    def _cleaner(self) -> Callable[[str, str], str]:
        """Return the function that takes the patient's identifiers out of a cell; what resists is emptied."""
        by_pseudonym: Mapping[str, Recipe] = {r.pseudonym: r for r in self._recipes.values()}
        everybody = roster(self._recipes.values())

        def cleaned(cell: str, pseudonym: str) -> str:
            recipe = by_pseudonym[pseudonym]
            if (said := frozenset(words(cell))) and any(said <= frozenset(words(n)) for n in recipe.names):
                return pseudonym  # nothing but words of the name, however short
            text = clean_string(cell, hunter_of(recipe), pseudonym)
            return text if verify_text(text, recipe, everybody) else ""

        return cleaned
