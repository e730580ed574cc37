"""A small study that grows by a month, and what a project made of it comes to.

Owns: two projects that came to the same compare equal, however often a run of theirs was interrupted.
"""

import csv
import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests import factories
from tests.factories import Patient

ADA, BEN, CLEO, DAN = (
    Patient("Zweifelhofer^Ada", "P-104477", "19700102", "F", images=5),
    Patient("Qasimov^Ben", "P-220815", "19810506", "M", images=5),
    Patient("Lindqvist^Cleo", "P-331902", "19550607", "F", images=4),
    Patient("Tegernsee^Dan", "P-440011", "19900909", "M", images=4),
)
ZIPPED = (
    Patient("Okonkwo^Eve", "P-550012", "19600203", "F", images=5),
    Patient("Brandauer^Finn", "P-660013", "19610304", "M", images=5),
    Patient("Garnier^Gwen", "P-770014", "19620405", "F", images=4),
    Patient("Moretti^Hugo", "P-880015", "19630506", "M", images=4),
)
LATER = (
    Patient("Nakagawa^Ines", "P-990016", "19640607", "F"),
    Patient("Villanueva^Jon", "P-990017", "19650708", "M"),
)
EVERYBODY = (ADA, BEN, CLEO, DAN, *ZIPPED, *LATER)
TELLING = tuple(part for who in EVERYBODY for part in (*who.name.split("^")[:1], who.patient_id))
TEMP = re.compile(r"\.anonledger-[0-9a-f]{16}\.tmp")
STATE, LEDGER = ".anonledger", ".anonledger/ledger.sqlite3"

# Each table of the ledger with its rows, in words that are the same in every run of the same work: what names
# a run, a clock or a row by its number is left out or said by what it stands for.
WHO = "(SELECT pseudonym FROM subject WHERE id = {}.subject_id)"
SAID = "(SELECT evidence_digest FROM identity WHERE id = {}.identity_id)"
WORDS = "(SELECT digest FROM vocabulary WHERE id = instance.vocabulary_id)"
ROWS = {
    "subject": "pseudonym, key_hash, date_shift",
    "identity": "evidence_digest, patient_id, name, birth_date, sex, other_names, normalized, origin",
    "assignment": f"{SAID.format('assignment')}, {WHO.format('assignment')}, method",
    "demographic_table": "digest, name, columns, name_columns, birth_date_column, date_order",
    "demographic": "table_digest, row_number, cells",
    "link": f"{WHO.format('link')}, table_digest, rows, status, method, score, candidates, reasons",
    "source": "root, path, member, size, digest, disposition, drop_reason, trouble, trouble_where",
    "vocabulary": "digest, words",
    "instance": f"digest, sop_instance, study, series, {SAID.format('instance')}, {WORDS}, risk, risk_where",
    "output": f"source_digest, job_digest, object_digest, size, {WHO.format('output')}, rules_digest, reason",
    "quarantine": "source_digest, path, job_digest, reason, where_, resolved_run_id IS NULL, left_out",
    "decision": "source_digest, path, member, reason, verdict, why",
    "placement": "tree, path, source_digest, object_digest, size, removed_run_id IS NULL",
    "fact": "name, value",
    "term": "value",
    "ruling": "verdict, name",
}


@dataclass(frozen=True)
class Snapshot:
    """What a project has come to: digests of files by path, objects, and the rows of the ledger's tables."""

    shared: dict[str, str]
    private: dict[str, str]
    objects: frozenset[str]
    ledger: dict[str, list[tuple[object, ...]]]


def make(folder: Path) -> Path:
    """Write the sources of both months and their tables; return the folder.

    First month: ``dicom`` (folders, archives, one file held back for its risk, one that is cut, one that is
    no DICOM) and ``one.csv``; second: ``more`` (two newcomers, a new spelling, a new image) and ``two.csv``.
    """
    factories.study(folder / "dicom", ADA, BEN, CLEO, DAN)
    for number, who in enumerate(ZIPPED):
        factories.study(folder / "dicom" / f"box{number}.zip", who)
    risky = factories.instance(ADA.name, ADA.patient_id, ADA.birth_date, number=50, BurnedInAnnotation="YES")
    (folder / "dicom" / "risky.dcm").write_bytes(risky)
    (folder / "dicom" / "cut.dcm").write_bytes(risky[:700])
    (folder / "dicom" / "mask.nii").write_bytes(b"\x5c\x01\0\0 numbers")
    factories.study(folder / "more", *LATER)
    spelled = factories.instance("Zweifelhofer-Brandt^Ada", ADA.patient_id, ADA.birth_date, number=60)
    (folder / "more" / "spelled.dcm").write_bytes(spelled)
    fresh = factories.instance(BEN.name, BEN.patient_id, BEN.birth_date, BEN.sex, number=61)
    (folder / "more" / "fresh.dcm").write_bytes(fresh)
    for name, people in (("one.csv", EVERYBODY[:-3]), ("two.csv", EVERYBODY)):
        rows = [[who.name.replace("^", " "), who.birth_date, f"{50 + n}"] for n, who in enumerate(people)]
        factories.table(folder / name, [["name", "birth date", "weight"], *rows])
    return folder


def snapshot(project: Path) -> Snapshot:
    """Return what the project has come to."""
    store = project / STATE / "objects"
    return Snapshot(
        digests(project / "anonymized"),
        digests(project / "private"),
        frozenset(path.parent.name + path.name for path in store.glob("??/*")),
        ledger_rows(project / LEDGER),
    )


def ledger_rows(ledger: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table in words, sorted; a row that is there twice is there twice."""
    with closing(sqlite3.connect(ledger)) as raw:
        found = {name: raw.execute(f"SELECT {what} FROM {name}").fetchall() for name, what in ROWS.items()}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder that has its final name, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not TEMP.fullmatch(path.name))
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(_timeless(path)).hexdigest() for path in files
    }


def _timeless(path: Path) -> bytes:
    """Return the bytes of a file; of what names runs, those of all else: of the page whether it is whole."""
    if path.name == "report.html":
        return path.read_bytes().rstrip()[-7:]
    if path.name != "quarantine.csv":
        return path.read_bytes()
    with path.open(encoding="utf-8", newline="") as stream:
        return repr([row | {"since_run": ""} for row in csv.DictReader(stream)]).encode()


def halves(project: Path, *whole: Snapshot) -> list[str]:
    """Return what lies under a final name and is not whole: neither as in any of these projects, nor gone."""
    found = []
    for path in (project / STATE / "objects").glob("??/*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.parent.name + path.name:
            found.append(f"object {path.name}")
    for part in ("shared", "private"):
        folder = project / ("anonymized" if part == "shared" else "private")
        for name, digest in digests(folder).items():
            if digest not in {getattr(one, part).get(name) for one in whole}:
                found.append(f"{part} {name}")
    for path in (project / STATE / "backups").glob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as raw:
            if raw.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
                found.append(f"backup {path.name}")
    key = project / STATE / "key"
    if key.exists() and len(key.read_bytes()) != 65:
        found.append("key")
    return found
