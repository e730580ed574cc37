"""The demographics table, shortened to the patients that were published and with pseudonyms for their names.

Owns: the demographics.csv that may be shared: each cell is a pseudonym, or was cleaned, or is left out.
"""

from collections.abc import Callable, Collection, Mapping

from anonledger.exports.table import ExportTable
from anonledger.records import Table


def shortened(
    table: Table,
    rows: Mapping[int, str],
    cleaned: Callable[[str, str], str],
    dropped: Collection[str],
    naming: Collection[int] = (),
) -> ExportTable:
    """Return the rows of the table that belong to a pseudonym, in the table's order.

    ``rows``: row number (1 for the first below the header) to pseudonym. The first name column and the id
    column hold the pseudonym; a second name column is left out, as are the columns named in ``dropped`` (in
    upper or lower case) and the positions ``naming`` (further names and IDs); every other cell is what
    ``cleaned`` makes of it and the pseudonym. Headers stay.
    """
    pseudonymous = {*table.name_columns[:1], table.id_column}
    unwanted = {name.strip().casefold() for name in dropped}
    kept = [
        position
        for position, name in enumerate(table.columns)
        if position in pseudonymous
        or not (position in table.name_columns or position in naming or name.strip().casefold() in unwanted)
    ]
    cells = tuple(
        tuple(
            pseudonym if position in pseudonymous else cleaned(row[position], pseudonym) for position in kept
        )
        for number, row in enumerate(table.rows, start=1)
        if (pseudonym := rows.get(number)) is not None
    )
    columns = tuple(table.columns[position] for position in kept)
    return ExportTable("demographics", columns, cells, private=False, delimiter=table.delimiter or ",")
