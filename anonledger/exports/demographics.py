"""The demographics table, shortened to the patients that were published and with pseudonyms for their names.

Owns: the demographics.csv that may be shared: each cell is a pseudonym, or was cleaned, or is left out.
"""

from collections.abc import Callable, Mapping, Sequence

from anonledger.exports.table import ExportTable
from anonledger.outcomes import ColumnFate
from anonledger.records import Table


def shortened(
    table: Table,
    rows: Mapping[int, str],
    fates: Sequence[ColumnFate],
    cleaned: Callable[[str, str], str],
) -> ExportTable:
    """Return the rows of the table that belong to a pseudonym, in the table's order.

    ``rows``: row number (1 for the first below the header) to pseudonym; ``fates``: what becomes of each
    column. A cell that is neither left out nor the pseudonym is what ``cleaned`` makes of it and the
    pseudonym, and so is a header of it and "".
    """
    kept = [position for position, fate in enumerate(fates) if fate is not ColumnFate.LEFT_OUT]
    cells = tuple(
        tuple(
            pseudonym if fates[position] is ColumnFate.PSEUDONYM else cleaned(row[position], pseudonym)
            for position in kept
        )
        for number, row in enumerate(table.rows, start=1)
        if (pseudonym := rows.get(number)) is not None
    )
    columns = tuple(cleaned(table.columns[position], "") for position in kept)
    return ExportTable("demographics", columns, cells, private=False, delimiter=table.delimiter or ",")
