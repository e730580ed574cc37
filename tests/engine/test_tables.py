"""The table that is shared: every visit of a person, and nobody's name in any cell."""

from pathlib import Path

import pytest

from anonledger.errors import UsageError
from anonledger.outcomes import DateOrder, LinkStatus
from anonledger.settings import DROPPED_COLUMNS
from tests import factories
from tests.engine.conftest import Runner
from tests.program import holds, pseudonyms, rows
from tests.subjects.files import ods, sav

ADA = factories.Patient("Brandvold^Ada", "K-481516", "19700102", images=1)
BO = factories.Patient("Ekelund^Bo Ragnar", "Q-232342", "19650712", "M", images=1)
SHARED = Path("anonymized") / "demographics.csv"


def studies(folder: Path) -> None:
    factories.study(folder / "dicom" / "a", ADA)
    factories.study(folder / "dicom" / "b", BO)


def test_all_visits_of_a_person_are_kept_and_pseudonymized(tmp_path: Path, go: Runner) -> None:
    studies(tmp_path)
    visits = [
        ["Brandvold, Ada", "K-481516", "1970-01-02", "baseline", "seen with Bo Ekelund"],
        ["Ekelund, Bo Ragnar", "Q-232342", "1965-07-12", "baseline", ""],
        ["ADA BRANDVOLD", "K-481516", "", "month 6", "Ada is well"],
        ["Brandvold Ada", "", "1970-01-02", "month 12", "K-481516 again"],
    ]
    table = factories.table(tmp_path / "t.csv", [["name", "mrn", "dob", "visit", "note"], *visits])
    go(table=table)
    ada, bo = (pseudonyms(tmp_path)[one.name] for one in (ADA, BO))
    shared = rows(tmp_path / SHARED)
    assert [(row["name"], row["visit"]) for row in shared] == [
        (ada, "baseline"),
        (bo, "baseline"),
        (ada, "month 6"),
        (ada, "month 12"),
    ]
    assert [row["note"] for row in shared] == [f"seen with {bo}", "", f"{ada} is well", f"{ada} again"]
    assert holds(tmp_path / "anonymized", "Brandvold", "Ekelund", "481516", "232342") == []


def test_anybody_of_the_table_goes_from_every_cell_and_header(tmp_path: Path, go: Runner) -> None:
    studies(tmp_path)
    table = factories.table(
        tmp_path / "t.csv",
        [
            ["name", "dob", "note", "rated by Ekelund Bo"],
            ["Ada Brandvold", "1970-01-02", "room of Iris Castor, no. Q 232342, then home", "3"],
            ["Bo Ragnar Ekelund", "1965-07-12", "husband of BRANDVOLD_ADA", "4"],
            ["Iris Castor", "1950-02-03", "", "5"],
        ],
    )
    go(table=table)
    ada, bo = (pseudonyms(tmp_path)[one.name] for one in (ADA, BO))
    shared = rows(tmp_path / SHARED)
    assert [row["note"] for row in shared] == [f"room of XXXX, no. {bo}, then home", f"husband of {ada}"]
    assert f"rated by {bo}" in shared[0]
    assert holds(tmp_path / "anonymized", "Castor", "Brandvold", "Ekelund") == []


def test_columns_are_dropped_and_kept(tmp_path: Path, go: Runner) -> None:
    studies(tmp_path)
    table = factories.table(
        tmp_path / "t.csv",
        [
            ["name", "mrn", "birthdate", "maiden_name", "clinic", "report_path"],
            ["Ada Brandvold", "K-481516", "1970-01-02", "Brandvold", "north", "/r/brandvold_ada.pdf"],
        ],
    )
    kept, dropped = ("maiden_name", "report_path"), (*DROPPED_COLUMNS, "mrn", "clinic")
    go(table=table, keep_columns=kept, drop_columns=dropped)
    ada = pseudonyms(tmp_path)[ADA.name]
    assert rows(tmp_path / SHARED) == [
        {"name": ada, "birthdate": "1970-01-02", "maiden_name": ada, "report_path": f"/r/{ada}.pdf"}
    ]


def test_further_names_and_ids_of_a_row_are_hunted(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, PatientComments="born Quistgaard, tel 0151-2345678")
    factories.study(tmp_path / "dicom" / "b", BO, PatientComments="seen by Quistgaard; 01512345678")
    table = factories.table(
        tmp_path / "t.csv",
        [
            ["name", "dob", "maiden_name", "Telefon", "nickname", "note"],
            ["Ada Brandvold", "1970-01-02", "Quistgaard", "0151-2345678", "none", "Mrs Quistgaard is well"],
            ["Bo Ragnar Ekelund", "1965-07-12", "", "n/a", "no", "call 0151 2345678; no pain, none"],
        ],
    )
    go(table=table)
    ada, bo = (pseudonyms(tmp_path)[one.name] for one in (ADA, BO))
    shared = rows(tmp_path / SHARED)
    assert list(shared[0]) == ["name", "dob", "note"]
    assert [row["note"] for row in shared] == [f"Mrs {ada} is well", f"call {ada}; no pain, none"]
    assert holds(tmp_path / "anonymized", "2345678") == []
    assert holds(tmp_path / "anonymized" / ada, "Quistgaard") == []
    assert holds(tmp_path / "anonymized" / bo, "Quistgaard"), "a surname alone is anybody's, elsewhere"


def test_of_a_table_alone_further_names_are_hunted_too(tmp_path: Path, go: Runner) -> None:
    lines = [["name", "maiden_name", "note"], ["Ada Brandvold", "Quistgaard", "Mrs Quistgaard is well"]]
    go(table=factories.table(tmp_path / "t.csv", lines))
    (row,) = rows(tmp_path / SHARED)
    assert row == {"name": row["name"], "note": f"Mrs {row['name']} is well"}
    assert go().plan.jobs == ()


def test_open_dates_are_said_and_not_used_until_the_user_decides(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA)
    table = factories.table(tmp_path / "t.csv", [["name", "dob"], ["Ada Brandvold", "02/01/1970"]])
    outcome = go(table=table)
    (link,) = outcome.settled.links.values()
    assert (outcome.report.open_dates, "birth date equal" in link.reasons) == (1, False)
    outcome = go(table=table, date_order=DateOrder.DMY)
    (link,) = outcome.settled.links.values()
    assert (outcome.report.open_dates, "birth date equal" in link.reasons) == (0, True)
    outcome = go()
    assert outcome.report.open_dates == 0, "the ledger remembers how the table is read"


def test_dates_that_cannot_be_read_are_said(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA)
    dates = ["02.01.70", "in spring", "1970-01-02", "unknown", "", "02/03/1970"]
    lines = [[f"Person{letter} Nobody", date] for letter, date in zip("abcdef", dates, strict=True)]
    report = go(table=factories.table(tmp_path / "t.csv", [["name", "dob"], *lines])).report
    assert (report.unread_dates, report.open_dates) == (2, 1)


def test_patients_are_missing_from_a_table_without_rows(tmp_path: Path, go: Runner) -> None:
    studies(tmp_path)
    report = go(table=factories.table(tmp_path / "t.csv", [["name", "dose"]])).report
    assert (report.links, report.unused_rows) == ({LinkStatus.MISSING: 2}, 0)


@pytest.mark.parametrize("kind", ["ods", "sav"])
def test_tables_of_other_programs_are_shared_as_csv(tmp_path: Path, go: Runner, kind: str) -> None:
    studies(tmp_path)
    names = ["Ada Brandvold", "Bo Ekelund"]
    data = (
        ods({"t": [["NAME", "DOSE"], [names[0], 1.5], [names[1], 2.0]]})
        if kind == "ods"
        else sav({"NAME": names, "DOSE": [1.5, 2.0]}, {"DOSE": {2.0: "two of them"}})
    )
    (tmp_path / f"t.{kind}").write_bytes(data)
    go(table=tmp_path / f"t.{kind}")
    found = {row["NAME"]: row["DOSE"] for row in rows(tmp_path / SHARED)}
    ada, bo = (pseudonyms(tmp_path)[one.name] for one in (ADA, BO))
    assert found == {ada: "1.5", bo: "2" if kind == "ods" else "two of them"}


def test_a_column_that_is_not_there_stops_before_anything_is_written(tmp_path: Path, go: Runner) -> None:
    table = factories.table(tmp_path / "t.csv", [["name", "dob"], ["Ada Brandvold", "1970-01-02"]])
    with pytest.raises(UsageError, match=r"columns are: name, dob\."):
        go(table=table, keep_columns=("maiden_name",))
    assert not (tmp_path / ".anonledger").exists()
