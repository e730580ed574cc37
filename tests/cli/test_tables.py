"""What a person is told of the table by ``anonledger run``."""

from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, rows

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", "F", images=1)
TABLE = [["who", "came", "no"], ["Jane Zweifelhofer", "02/01/1970", "P-104477"]]
COLUMNS = ["--name-column", "who", "--birthdate-column", "came", "--id-column", "no"]


def test_how_a_table_is_read_is_said_and_what_stays_open(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", TABLE, ";")
    planned = anonledger("run", "-n", "dicom", "-d", "t.csv", *COLUMNS, cwd=tmp_path)
    assert "1 birth date of the table not used" in planned.stdout
    done = anonledger("run", "dicom", "-d", "t.csv", *COLUMNS, "-v", cwd=tmp_path, status=None)
    assert "table: utf-8, delimiter semicolon, 1 rows, 3 columns" in done.stderr
    assert "day and month may be either way round: give -d with --date-order dmy" in done.stdout
    done = anonledger("run", "dicom", "-d", "t.csv", *COLUMNS, "--date-order", "dmy", "-v", cwd=tmp_path)
    assert "--date-order" not in done.stdout
    (match,) = rows(tmp_path / "private" / "matches.csv")
    assert match["status"] == "accepted"
    assert not any(word in (done.stdout + done.stderr).lower() for word in ("zweifel", "104477", "1970"))


def test_the_columns_that_a_run_kept_are_kept_by_the_export(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name", "alias"], ["Jane Zweifelhofer", "Jane Z."]])
    anonledger("run", "dicom", "-d", "t.csv", "--keep-column", "alias", cwd=tmp_path)
    exported = anonledger("export", "demographics", cwd=tmp_path).stdout
    assert exported.startswith("name,alias\n")
    assert exported.encode() == (tmp_path / "anonymized" / "demographics.csv").read_bytes()


def test_the_settings_say_how_a_table_is_read(tmp_path: Path) -> None:
    factories.table(tmp_path / "t.csv", TABLE)
    (tmp_path / "anonledger.toml").write_text(
        'date_order = "dmy"\nname_columns = ["who"]\nid_column = "no"\n'
    )
    anonledger("run", "-d", "t.csv", cwd=tmp_path)
    (row,) = rows(tmp_path / "anonymized" / "demographics.csv")
    assert row["who"] == row["no"]
    (tmp_path / "anonledger.toml").write_text('date_order = "dym"\n')
    assert "one of auto, dmy, mdy, ymd" in anonledger("run", "-d", "t.csv", cwd=tmp_path, status=2).stderr


def test_a_person_is_told_of_dates_that_cannot_be_read(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name", "dob"], ["Jane Zweifelhofer", "02.01.70"]])
    done = anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=None)
    assert "1 birth date of the table not used, for no date can be read" in done.stdout
    assert "02.01.70" not in done.stdout


def test_an_option_goes_before_the_settings(tmp_path: Path) -> None:
    factories.table(tmp_path / "t.csv", [["name", "phone", "note"], ["Jane Zweifelhofer", "0151", "x"]])
    (tmp_path / "anonledger.toml").write_text('keep_columns = ["Phone"]\n')
    anonledger("run", "-d", "t.csv", cwd=tmp_path)
    assert list(rows(tmp_path / "anonymized" / "demographics.csv")[0]) == ["name", "phone", "note"]
    exported = anonledger("export", "demographics", "--drop-column", "phone ", cwd=tmp_path).stdout
    assert exported.startswith("name,note\n")
    anonledger("run", "-d", "t.csv", "--drop-column", "phone", cwd=tmp_path)
    assert list(rows(tmp_path / "anonymized" / "demographics.csv")[0]) == ["name", "note"]
    (tmp_path / "anonledger.toml").write_text('keep_columns = ["phone"]\ndrop_columns = ["Phone "]\n')
    refused = anonledger("run", "-d", "t.csv", cwd=tmp_path, status=2)
    assert "'phone' in drop_columns and keep_columns. Decide for one" in refused.stderr


def test_the_encoding_of_a_table_is_said_and_given(tmp_path: Path) -> None:
    factories.table(tmp_path / "t.csv", [["name", "note"], ["Jörg Zweifelhofer", "x"]], ",", "cp1252")
    assert "read in the encoding cp1252" in anonledger("run", "-d", "t.csv", cwd=tmp_path).stdout
    factories.table(tmp_path / "t.csv", [["name", "note"], ["Жанна Цвейг", "Жанна"]], ",", "koi8-r")
    asked = anonledger("run", "-d", "t.csv", cwd=tmp_path, status=2)
    assert "say with --encoding what it is in" in " ".join(asked.stderr.split())
    anonledger("run", "-d", "t.csv", "--encoding", "koi8-r", cwd=tmp_path)
    (row,) = rows(tmp_path / "anonymized" / "demographics.csv")
    assert row["note"] == row["name"]
    assert "koi8-r" in anonledger("inspect", "t.csv", "--encoding", "koi8-r", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-d", "t.csv", "--drop-column", "notes"], "no column 'notes'"),
        (["-d", "t.csv", "--keep-column", "phone", "--drop-column", "Phone "], "Decide for one"),
        (["-d", "t.csv", "--keep-column", "phone", "--identifier-column", "phone"], "cannot be kept"),
        (["-d", "t.csv", "--name-column", "name", "--name-column", "name"], "Name it once"),
        (["-d", "t.csv", "--encoding", "klingon"], "no encoding of texts"),
        (["dicom", "--sheet", "1"], "--sheet says how a table is read, and none is given"),
        (["dicom", "--encoding", "utf-8"], "--encoding says how"),
        (["dicom", "-q", "-v"], "Decide for one"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name", "phone", "note"], ["Jane Zweifelhofer", "0151", "x"]])
    refused = anonledger("run", *arguments, cwd=tmp_path, status=2)
    assert sentence in " ".join(refused.stderr.split())
    assert not (tmp_path / ".anonledger").exists()
    if "-v" not in arguments:
        assert sentence in " ".join(anonledger("inspect", *arguments, cwd=tmp_path, status=2).stderr.split())


def test_of_a_table_alone_the_rows_that_name_nobody_are_told(tmp_path: Path) -> None:
    names = ["Jane Zweifelhofer", "ANONYMOUS", "", "Omar Qasimov"]
    factories.table(tmp_path / "t.csv", [["name", "dose"], *([name, "5"] for name in names)])
    done = anonledger("run", "-d", "t.csv", "--unused-rows", cwd=tmp_path)
    assert "Demographics rows: 2 unused." in done.stdout
    assert [row["row"] for row in rows(tmp_path / "private" / "missing.csv")] == ["2", "3"]
    assert len(rows(tmp_path / "anonymized" / "demographics.csv")) == 2
