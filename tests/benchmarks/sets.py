"""Sets of people of whom it is known who is who: patients of a DICOM archive, and rows of a table.

Owns: what a set looks like on the disk, and that all of its folders are read and written alike.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

TABLE_COLUMNS = ("name", "birth_date", "sex", "patient_id")
LONG = 50_000  # rows from which a table is a long one
HARD = 0.3  # share of the absent who look like somebody present from which a set is a stress


class Kind(StrEnum):
    """What a set is like, which says how much can be asked of a linkage."""

    ORDINARY = "ordinary"
    STRESS = "stress"
    LARGE = "large"
    FEBRL = "FEBRL"


@dataclass(frozen=True, slots=True)
class Record:
    """What one DICOM instance says of its patient (dates as YYYYMMDD), and who that is in truth."""

    id: str
    name: str
    birth_date: str
    sex: str
    patient_id: str
    person: str


@dataclass(frozen=True)
class Sample:
    """A set: the records, the rows of the table (cells by column), and the person of each row."""

    name: str
    kind: Kind
    records: Sequence[Record]
    rows: Sequence[Mapping[str, str]]
    owners: Sequence[str]

    @cached_property
    def rows_of(self) -> Mapping[str, frozenset[int]]:
        """The rows of each person, 1 for the first below the header."""
        found: dict[str, set[int]] = defaultdict(set)
        for row, person in enumerate(self.owners, start=1):
            found[person].add(row)
        return {person: frozenset(rows) for person, rows in found.items()}

    def right(self, record: Record) -> frozenset[int]:
        """Return the rows of a record's person."""
        return self.rows_of.get(record.person, frozenset())


def read_sample(folder: Path) -> Sample:
    """Return the set in a folder."""
    truth = {row["dicom_id"]: row["person_id"] for row in _read(folder / "truth.csv")}
    records = [
        Record(
            row["dicom_id"],
            row["dicom_name"],
            row["birth_date"],
            row["sex"],
            row["patient_id"],
            truth[row["dicom_id"]],
        )
        for row in _read(folder / "dicoms.csv")
    ]
    owners = {int(row["row"]): row["person_id"] for row in _read(folder / "rows_truth.csv")}
    rows = _read(folder / "demographics.csv")
    kind = _kind(json.loads((folder / "meta.json").read_text("utf-8")))
    return Sample(folder.name, kind, records, rows, [owners[number] for number in range(len(rows))])


def write_sample(folder: Path, sample: Sample, meta: Mapping[str, object]) -> None:
    """Write a set into a new folder; ``meta`` says how it was made."""
    folder.mkdir(parents=True)
    write_rows(
        folder / "dicoms.csv",
        ["dicom_id", "dicom_name", "birth_date", "sex", "patient_id"],
        ((r.id, r.name, r.birth_date, r.sex, r.patient_id) for r in sample.records),
    )
    write_rows(
        folder / "demographics.csv",
        TABLE_COLUMNS,
        ([row[column] for column in TABLE_COLUMNS] for row in sample.rows),
    )
    write_rows(
        folder / "truth.csv",
        ["dicom_id", "dicom_name", "person_id", "rows", "category", "tags"],
        (
            (r.id, r.name, r.person, "|".join(str(row - 1) for row in sorted(sample.right(r))), "", "")
            for r in sample.records
        ),
    )
    write_rows(folder / "rows_truth.csv", ["row", "person_id"], enumerate(sample.owners))
    (folder / "meta.json").write_text(json.dumps(dict(meta), indent=1, sort_keys=True), "utf-8")


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kind(meta: Mapping[str, object]) -> Kind:
    """Return what a set is like by how it was made."""
    if str(meta["source"]).startswith("febrl"):
        return Kind.FEBRL
    if float(str(meta["n_csv"])) >= LONG:
        return Kind.LARGE
    return Kind.STRESS if float(str(meta["hard"])) >= HARD else Kind.ORDINARY
