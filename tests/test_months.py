"""One project over three months, as a data manager keeps it: growth, a correction, a withdrawal, a tampering.

Owns: what the README promises holds for all of it together, by the real command.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, images, pseudonyms

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102")
OMAR = Patient("Qasimov^Omar", "P-220815", "19810506", sex="M")
RUTH = Patient("Lindqvist^Ruth", "P-331902", "19550607")
RUTH_AGAIN = Patient("Lindquist^Ruth", "R-777777", "19550607")  # a typing error at another scanner
AIKO = Patient("Nakamura^Aiko", "N-555001", "19900909")

HEADER = ["name", "birth date", "note"]
FIRST = [
    ["Jane Zweifelhofer", "1970-01-02", "well"],
    ["Omar Qasimov", "1981-05-06", "well"],
    ["Ruth Lindqvist", "1955-06-07", "tired"],
]
SECOND = [*FIRST[:2], ["Ruth Lindqvist", "1955-06-07", "rested"], ["Aiko Nakamura", "1990-09-09", "new"]]
TABLES = {"mapping": "private/mapping.csv", "demographics": "anonymized/demographics.csv"}


def test_three_months_in_one_project(tmp_path: Path) -> None:
    factories.study(tmp_path / "first", JANE, OMAR, RUTH)
    factories.table(tmp_path / "first.csv", [HEADER, *FIRST])
    anonledger("run", "first", "-d", "first.csv", cwd=tmp_path)
    then = {name: (tmp_path / path).read_bytes() for name, path in TABLES.items()}
    released = images(tmp_path / "anonymized")
    jane = pseudonyms(tmp_path)[JANE.name]

    # The second month brings new people, and one who is known under another spelling.
    factories.study(tmp_path / "second", RUTH_AGAIN, AIKO)
    factories.table(tmp_path / "second.csv", [HEADER, *SECOND])
    anonledger("run", "second", "-d", "second.csv", cwd=tmp_path, status=4)
    assert released.items() <= images(tmp_path / "anonymized").items()
    assert as_of(tmp_path, 1) == then
    names = pseudonyms(tmp_path)
    anonledger("merge", names[RUTH.name], names[RUTH_AGAIN.name], cwd=tmp_path)
    done = anonledger("run", "first", "second", "-d", "second.csv", cwd=tmp_path)
    assert "4 published, 6 unchanged" in done.stdout
    assert pseudonyms(tmp_path)[RUTH_AGAIN.name] == names[RUTH.name]
    assert as_of(tmp_path, 1) == then
    head = anonledger("audit", cwd=tmp_path).stdout.split("Head of the chain: ")[1].split()[0]

    # In the third month a patient withdraws consent.
    anonledger("forget", jane, "--yes", cwd=tmp_path)
    done = anonledger("run", "first", "second", "-d", "second.csv", cwd=tmp_path, status=3)
    assert "2 its patient withdrew consent" in done.stdout
    assert not any(jane in path for path in images(tmp_path / "anonymized"))
    left = as_of(tmp_path, 1)
    for name, before in then.items():
        told = [line for line in before.decode().splitlines(keepends=True) if jane not in line]
        assert left[name].decode() == "".join(told) != before.decode()
    for path in (tmp_path / ".anonledger").rglob("*"):
        assert not path.is_file() or b"zweifelhofer" not in path.read_bytes().lower(), path
    assert (
        "The head that you noted is in the chain" in anonledger("audit", "--head", head, cwd=tmp_path).stdout
    )

    # Somebody helps the ledger's memory by hand.
    with closing(sqlite3.connect(tmp_path / ".anonledger" / "ledger.sqlite3")) as raw, raw:
        raw.execute("UPDATE link SET score = 0.5 WHERE id = 2")
    done = anonledger("audit", cwd=tmp_path, status=3)
    assert [line.split()[:2] for line in done.stdout.splitlines() if line.startswith("link")] == [
        ["link", "2"]
    ]


def as_of(project: Path, run: int) -> dict[str, bytes]:
    """Return the tables as they were after a run."""
    found = {}
    for name in TABLES:
        anonledger("export", name, "--as-of", run, "-o", "then", cwd=project)
        found[name] = (project / "then").read_bytes()
        (project / "then").unlink()
    return found
