"""Read who has which pseudonym from a mapping that another program, or another project, wrote.

Owns: a pseudonym is one that can be a folder and a PatientID, and stands for one person.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from anonledger.errors import UsageError
from anonledger.folding import fold
from anonledger.records import Evidence, Person, Table
from anonledger.settings import LONGEST_VALUE, Settings
from anonledger.subjects.columns import column_of
from anonledger.subjects.dates import birth_dates
from anonledger.subjects.headers import position_of
from anonledger.subjects.linkage import link
from anonledger.subjects.names import canonical, is_placeholder, is_telling, words
from anonledger.subjects.people import row_identifiers, row_name
from anonledger.subjects.tables import read_table

SAFE = re.compile(rf"(?!\.)[A-Za-z0-9._-]{{1,{LONGEST_VALUE}}}(?<!\.)")
# What lies beside the folders of patients, and the devices of Windows, whatever follows their names.
RESERVED = re.compile(
    r"other|sha256sums|demographics\.csv|missing\.csv|(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE
)
SURELY_MEANT = 5  # letters of a name that do not stand in a pseudonym by chance
SCOPE = "imported as "  # of evidence that an import gave: it links, and is no evidence of any file
CSG_NAMES = {"name", "path"}  # the columns of dicom_names.csv: every spelling, and no pseudonym


@dataclass(frozen=True, slots=True)
class Imported:
    """A pseudonym, and all that a table says of whom it stands for."""

    pseudonym: str
    evidence: tuple[Evidence, ...] = field(repr=False)


def is_imported(evidence: Evidence) -> bool:
    """Whether evidence came with a pseudonym, from a table or another ledger."""
    return evidence.scope.startswith(SCOPE)


def as_imported(evidence: Evidence, pseudonym: str) -> Evidence:
    """Return evidence marked as imported."""
    return evidence if is_imported(evidence) else replace(evidence, scope=SCOPE + pseudonym)


def person_of(key: int, evidence: Iterable[Evidence]) -> Person:
    """Return one side of a linkage out of all the evidence of a subject; its only row is its key."""
    found = tuple(evidence)
    return Person(
        key=key,
        names=tuple(sorted({e.name for e in found if not is_placeholder(e.name)})),
        birth_dates=tuple(sorted({e.birth_date for e in found if e.birth_date})),
        sex=next((e.sex for e in found if e.sex), ""),
        ids=tuple(sorted({e.patient_id for e in found if not is_placeholder(e.patient_id)})),
        rows=(key,),
    )


def read_imported(path: Path, settings: Settings, column: str = "") -> tuple[Imported, ...]:
    """Return the pseudonyms of a table, sorted; ``column`` holds them, else the one that is called so.

    Raises UsageError, by line, for what is no such table. In csg_dicoms_anonymizer's folder the spellings of
    dicom_names.csv are added to those of idtoname.csv.
    """
    table = read_table(path, settings)
    if set(table.columns) == CSG_NAMES and not column:
        path = path.with_name("idtoname.csv")
        if not path.is_file():
            raise UsageError(
                "dicom_names.csv has names and no pseudonyms: those are in idtoname.csv. Put it beside."
            )
        table = read_table(path, settings)
    position = _pseudonym_column(table, column)
    dates = birth_dates(_column(table, table.birth_date_column), table.date_order)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for number in range(1, len(table.rows) + 1):
        pseudonym = table.rows[number - 1][position].strip()
        _refuse(pseudonym, row_name(table, number), number)
        if said := _evidence(table, number, position, dates[number - 1]):
            found[pseudonym].append(as_imported(said, pseudonym))
    if not found:
        raise UsageError("The table has no row with a pseudonym and a name, so there is nothing to import.")
    spellings = path.with_name("dicom_names.csv")
    if path.name == "idtoname.csv" and spellings.is_file():
        _add_spellings(found, read_table(spellings, settings))
    return tuple(Imported(one, tuple(dict.fromkeys(said))) for one, said in sorted(found.items()))


def _pseudonym_column(table: Table, wanted: str) -> int:
    if wanted:
        return position_of(wanted, table.columns, "--pseudonym-column")
    position = column_of("pseudonym", table.columns)
    # idtoname.csv and missing_demo.csv of csg_dicoms_anonymizer hold "id" and "name" only.
    if position is None and {column.lower() for column in table.columns} == {"id", "name"}:
        position = table.id_column
    if position is None:
        raise UsageError(
            "The table has no column that is called like a pseudonym. Name it with --pseudonym-column."
        )
    if position in table.name_columns:
        raise UsageError(
            "The column of the names holds the pseudonyms: this table is pseudonymized already and no longer "
            "tells whom they stand for. Import one that holds both, such as idtoname.csv or mapping.csv."
        )
    return position


def flaw(pseudonym: str, names: Iterable[str]) -> str:
    """Return what is wrong with a pseudonym of somebody of these names, "" for nothing."""
    if not SAFE.fullmatch(pseudonym):
        return (
            f"cannot be a folder and a PatientID: it takes 1 to {LONGEST_VALUE} letters, digits, '.', '_' "
            "and '-', and neither begins nor ends with a dot"
        )
    if RESERVED.fullmatch(pseudonym):
        return "cannot be a folder of the dataset: something else has this name there, or in Windows"
    return "holds the name of whom it stands for" if any(_holds(pseudonym, one) for one in names) else ""


def _holds(pseudonym: str, name: str) -> bool:
    """Tell whether a word of a name stands in a pseudonym, or several without anything between them."""
    telling = {word for word in words(name) if is_telling(word)}
    if telling & set(words(re.sub(r"[._-]", " ", pseudonym))):
        return True
    together = fold(pseudonym)
    within = {word for word in telling if word in together and word.isalpha()}
    return any(len(word) >= SURELY_MEANT for word in within) or (len(within) > 1 and within == telling)


def _refuse(pseudonym: str, name: str, number: int) -> None:
    if why := flaw(pseudonym, (name,)):
        raise UsageError(
            f"Row {number} of the table has a pseudonym that {why}. Nothing was imported. If the pseudonyms "
            "are in another column, name it with --pseudonym-column."
        )


def _evidence(table: Table, number: int, pseudonyms: int, birth: str) -> Evidence | None:
    """Return what a row says of whom a pseudonym stands for, None without a name."""
    cells, name = table.rows[number - 1], row_name(table, number)
    if is_placeholder(name):
        return None
    at = table.id_column if table.id_column != pseudonyms else None
    own = "" if at is None else cells[at].strip()
    further = (n for n in row_identifiers(table, number) if n not in (own, cells[pseudonyms].strip()))
    return Evidence(
        patient_id="" if is_placeholder(own) else own,
        name=name,
        birth_date=birth,
        sex="" if table.sex_column is None else cells[table.sex_column].strip(),
        other_ids=tuple(further),
    )


def _add_spellings(found: dict[str, list[Evidence]], names: Table) -> None:
    """Give each spelling to the pseudonym whose name it is for certain; the others say nothing."""
    order: Sequence[str] = sorted(found)
    people = [person_of(number, found[one]) for number, one in enumerate(order)]
    known = {canonical(name) for person in people for name in person.names}
    spelled = {row_name(names, row) for row in range(1, len(names.rows) + 1)}
    further = sorted(name for name in spelled if not is_placeholder(name) and canonical(name) not in known)
    sides = [Person(number, (name,)) for number, name in enumerate(further)]
    for side in sides:
        (one,) = link([side], people)  # several spellings may be one person's
        if one.rows:
            pseudonym = order[one.rows[0]]
            found[pseudonym].append(as_imported(Evidence(name=side.names[0]), pseudonym))


def _column(table: Table, position: int | None) -> list[str]:
    return ["" if position is None else row[position] for row in table.rows]
