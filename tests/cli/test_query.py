"""The ledger answers questions in SQL: by name, in one's own words, and to any program that reads SQLite."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import factories
from tests.program import anonledger, contents, pseudonyms
from tests.test_readme import after, table


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that nobody changes."""
    folder = tmp_path_factory.mktemp("asked")
    factories.study(folder / "dicom", factories.Patient("Zweifelhofer^Jane", "P-104477"))
    factories.table(folder / "t.csv", [["name", "note"], ["Jane Zweifelhofer", "well"]])
    anonledger("run", "dicom", "-d", "t.csv", cwd=folder)
    return folder


def asked(project: Path, *arguments: str) -> list[dict[str, str]]:
    done = anonledger("query", *arguments, "--format", "csv", cwd=project)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_what_can_be_asked_by_name_is_what_the_readme_says(project: Path) -> None:
    listed = {row["name"]: row["about"] for row in asked(project)}
    documented = dict(table(after("<!-- views of the ledger -->")))
    assert listed == documented
    for name in listed:
        assert isinstance(json.loads(anonledger("query", name, "--format", "json", cwd=project).stdout), list)


def test_views_that_name_nobody_hold_no_name_and_no_source_path(project: Path) -> None:
    for row in asked(project):
        said = anonledger("query", row["name"], cwd=project).stdout
        names = re.search("zweifelhofer|P-104477", said, re.IGNORECASE) is not None
        paths = str(project / "dicom") in said
        assert row["about"].startswith("Private. ") or not (names or paths), row["name"]


def test_other_programs_have_the_same_views(project: Path) -> None:
    (one,) = set(pseudonyms(project).values())
    uri = (project / ".anonledger" / "ledger.sqlite3").as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as raw:
        rows = raw.execute("SELECT pseudonym, published, link FROM subject_overview").fetchall()
    assert rows == [(one, len(asked(project, "published")), "accepted")]


def test_a_question_in_ones_own_words(project: Path) -> None:
    sql = "SELECT count(*) AS many, max(size) AS largest FROM output"
    (row,) = asked(project, "--sql", sql)
    assert int(row["many"]) == len(asked(project, "published")) and int(row["largest"]) > 100


def test_columns_of_one_name_and_numbers_that_json_has_not(project: Path) -> None:
    done = anonledger("query", "--sql", "SELECT 1 a, 2 a, 1e999 b", "--format", "json", cwd=project)
    assert json.loads(done.stdout) == [{"a": 1, "a:2": 2, "b": "inf"}]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event",
        "UPDATE subject SET pseudonym = 'x'",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH 'other.sqlite3' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "VACUUM INTO 'copy.sqlite3'",
        "SELECT 1; DELETE FROM event",
        "SELECT writefile('x', 'y')",
        "not SQL at all",
        "SELECT * FROM nothing",
        " ; ",
    ],
)
def test_what_is_no_question_is_refused_and_changes_nothing(project: Path, sql: str) -> None:
    before = {
        path: digest for path, digest in contents(project).items() if not path.endswith(("-shm", "-wal"))
    }
    done = anonledger("query", "--sql", sql, cwd=project, status=2)
    assert "Ask one SELECT" in done.stderr and "Traceback" not in done.stderr
    now = {path: digest for path, digest in contents(project).items() if not path.endswith(("-shm", "-wal"))}
    assert now == before


def test_a_name_that_is_none_and_two_questions_at_once(project: Path) -> None:
    assert "no question of this name" in anonledger("query", "identity", cwd=project, status=2).stderr
    assert "not both" in anonledger("query", "history", "--sql", "SELECT 1", cwd=project, status=2).stderr
