"""Turn the rows of a demographics table into the people that they are about.

Owns: two rows are one person only when nothing differs, and more than the name is equal if there is more.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from anonledger.folding import fold
from anonledger.records import Person, Table
from anonledger.subjects.alignment import Alignment, Kind, align
from anonledger.subjects.columns import further_ids, further_names
from anonledger.subjects.dates import birth_dates, open_dates, readings
from anonledger.subjects.frequencies import known_names
from anonledger.subjects.headers import column_words
from anonledger.subjects.names import canonical, is_placeholder, words
from anonledger.subjects.spelled import spelled

Fields = tuple[str, str, str]
MOST_OF_AN_ID = 30  # people with one ID and different names, whose names are compared with each other


def table_people(table: Table) -> tuple[Person, ...]:
    """Return the people of a table, in the order of their first rows, which are their keys.

    Rows with the same name are one person when all fields are equal, or those that both have, a birth date or
    an ID among them; a row that fits several people of that name is one of its own, as is one without a name.
    Rows of one ID are one person when no other field differs and their names are only spelled differently.
    """
    written = _column(table, table.birth_date_column)
    dates = birth_dates(written, table.date_order)
    ids = ["" if is_placeholder(cell) else cell.strip() for cell in _column(table, table.id_column)]
    sexes = sexes_of(table)
    by_name: dict[str, list[int]] = defaultdict(list)
    people: list[list[int]] = []
    for i in range(len(table.rows)):
        name = row_name(table, i + 1)
        if is_placeholder(name):
            people.append([i])
        else:
            by_name[canonical(name)].append(i)
    fields = [(date, fold(id_), sex) for date, id_, sex in zip(dates, ids, sexes, strict=True)]
    for same in by_name.values():
        people += _apart(same, fields)
    people = _respelled(people, fields, [row_name(table, i + 1) for i in range(len(table.rows))])
    return tuple(
        Person(
            key=rows[0] + 1,
            names=tuple(n for n in _filled(row_name(table, i + 1) for i in rows) if not is_placeholder(n)),
            birth_dates=_filled(dates[i] for i in rows),
            sex=_only(sexes[i] for i in rows),
            ids=_filled(ids[i] for i in rows),
            further_ids=_filled(
                number for i in rows for number in row_identifiers(table, i + 1) if number != ids[i]
            ),
            possible_dates=_filled(date for i in rows if not dates[i] for date in readings(written[i])),
            rows=tuple(i + 1 for i in rows),
            further_names=_filled(name for i in rows for name in row_further_names(table, i + 1)),
        )
        for rows in sorted(people)
    )


def is_one_by_name(person: Person) -> bool:
    """Tell whether only the name makes several rows one person."""
    return len(person.rows) > 1 and not person.birth_dates and not person.ids


def undecided_dates(table: Table) -> int:
    """Return how many birth dates are not used because they can be read in two ways."""
    return open_dates(_column(table, table.birth_date_column), table.date_order)


def row_name(table: Table, row: int) -> str:
    """Return the name in a row (1 for the first below the header), its parts joined by a space."""
    cells = table.rows[row - 1]
    return " ".join(filter(None, (cells[column].strip() for column in table.name_columns)))


def row_identifiers(table: Table, row: int) -> tuple[str, ...]:
    """Return the IDs in a row (1 for the first below the header): of the ID column, then of further ones."""
    columns = (table.id_column, *further_ids(table))
    cells = [table.rows[row - 1][column].strip() for column in columns if column is not None]
    return tuple(dict.fromkeys(cell for cell in cells if not is_placeholder(cell)))


def row_further_names(table: Table, row: int) -> tuple[str, ...]:
    """Return the further names in a row (1 for the first below the header), such as a maiden name."""
    cells = (table.rows[row - 1][column].strip() for column in further_names(table))
    said = (cell for cell in cells if "".join(words(cell)) not in column_words()["no_name"])
    return tuple(dict.fromkeys(cell for cell in said if not is_placeholder(cell)))


def _apart(same: Sequence[int], fields: Sequence[Fields]) -> list[list[int]]:
    """Return the rows of one name by person: those that say less join the only one that they agree with."""
    by_fields: dict[Fields, list[int]] = defaultdict(list)
    for i in same:
        by_fields[fields[i]].append(i)
    joined: dict[Fields, list[int]] = {}
    telling: dict[str, list[Fields]] = defaultdict(list)  # by birth date, by ID, or by neither
    for key in sorted(by_fields, key=lambda k: (k.count(""), k)):
        marks = [f"{at} {field}" for at, field in enumerate(key[:2]) if field] or [""]
        fuller = dict.fromkeys(one for mark in marks for one in telling[mark]) if "" in key else {}
        agreeing = [one for one in fuller if _are_one(key, one)]
        home = agreeing[0] if len(agreeing) == 1 else key
        if home is key:
            for mark in marks:
                telling[mark].append(key)
        joined.setdefault(home, []).extend(by_fields[key])
    return [sorted(rows) for rows in joined.values()]


def _respelled(
    people: Sequence[list[int]], fields: Sequence[Fields], names: Sequence[str]
) -> list[list[int]]:
    """Return the people, those joined who have one ID, no field that differs, and names that are alike."""
    by_id: dict[str, list[list[int]]] = defaultdict(list)
    joined: list[list[int]] = []
    for rows in people:
        ids = {fields[i][1] for i in rows} - {""}
        namesakes = by_id[ids.pop()] if len(ids) == 1 else []
        if len(namesakes) > MOST_OF_AN_ID:
            namesakes = []  # what so many share is no ID
        same = next((other for other in namesakes if _is_respelled(rows, other, fields, names)), None)
        if same is None:
            namesakes.append(rows)
            joined.append(rows)
        else:
            same += rows
    return list(map(sorted, joined))


def _is_respelled(
    one: Sequence[int], other: Sequence[int], fields: Sequence[Fields], names: Sequence[str]
) -> bool:
    if any(a and b and a != b for i in one for j in other for a, b in zip(fields[i], fields[j], strict=True)):
        return False
    mine, theirs = (spelled(names[i] for i in rows) for rows in (one, other))
    aligned = [align(a, b) for a in mine for b in theirs]
    return bool(aligned) and all(a.matches and not a.contrary and not _are_names(a) for a in aligned)


def _are_names(aligned: Alignment) -> bool:
    """Tell whether a word is nearly another, and both are names: Anna, Anne."""
    return any(
        match.kind in (Kind.ONE_EDIT, Kind.TWO_EDITS)
        and {match.mine.text, match.theirs.text} <= known_names().keys()
        for match in aligned.matches
    )


def _are_one(one: Fields, other: Fields) -> bool:
    """Whether nothing differs, and a birth date or an ID is equal unless neither row has any of them."""
    if any(a and b and a != b for a, b in zip(one, other, strict=True)):
        return False
    telling = [pair for pair in zip(one[:2], other[:2], strict=True) if any(pair)]
    return not telling or any(all(pair) for pair in telling)


def _column(table: Table, position: int | None) -> list[str]:
    return ["" if position is None else row[position] for row in table.rows]


def _filled(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values) - {""}))


def _only(values: Iterable[str]) -> str:
    found = _filled(values)
    return found[0] if len(found) == 1 else ""


def sexes_of(table: Table) -> list[str]:
    """Return M, F or "" for each row of a table."""
    return _sexes(_column(table, table.sex_column))


def _sexes(column: Sequence[str]) -> list[str]:
    """Return M, F or "" for each cell."""
    cells = [fold(cell.strip()) for cell in column]
    male, female = set(column_words()["male"]), set(column_words()["female"])
    # Beside H for hombre, M stands for mujer; beside H for homme there is F.
    if {"h", "m"} <= set(cells) and "f" not in cells:
        male, female = male - {"m"}, female | {"m"}
    return ["M" if cell in male else "F" if cell in female else "" for cell in cells]
