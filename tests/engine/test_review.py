"""What a person decides on a row is honoured by every later run, and can be taken back."""

from pathlib import Path

import pytest

from anonledger.engine.desk import UnlikeError
from anonledger.engine.review import cases, decide, export_cases, import_cases
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import ExitCode, LinkStatus, Ruling
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import images, pseudonyms, rows

ANNA, BERT = (
    Patient("Rossini^Anna", "A-104477", "", images=1),
    Patient("Lindqvist^Bert", "B-220815", "19810506"),
)
HEAD = ["name", "birth date", "weight"]
FIRST, SECOND, THIRD = (
    ["Anna Rossini", "1970-01-02", "60"],
    ["Anna Rossini", "1985-03-04", "70"],
    ["Bert Lindqvist", "1981-05-06", "80"],
)


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Run a study in which two rows may be Anna's."""
    study(tmp_path / "dicom", ANNA, BERT)
    assert go(table=people(tmp_path, FIRST, SECOND, THIRD)).exit_code is ExitCode.REVIEW
    return tmp_path


def people(project: Path, *lines: list[str]) -> Path:
    return table(project / "t.csv", [HEAD, *lines])


def anna(project: Path) -> str:
    return pseudonyms(project)["Rossini^Anna"]


def match(project: Path) -> dict[str, str]:
    """Return Anna's line of the matches."""
    (line,) = [m for m in rows(project / "private" / "matches.csv") if m["patient_name"] == "Rossini^Anna"]
    return line


def weights(project: Path) -> dict[str, str]:
    """Return what was shared: the weight of each pseudonym."""
    return {row["name"]: row["weight"] for row in rows(project / "anonymized" / "demographics.csv")}


def test_who_awaits_a_decision_is_shown_with_the_candidates(project: Path) -> None:
    (case,) = cases(project, everything=False)
    assert (case.names, case.ids, case.birth_dates) == (("Rossini^Anna",), ("A-104477",), ())
    assert [(c.row, c.name, c.birth_date) for c in case.candidates] == [
        (1, "Anna Rossini", "1970-01-02"),
        (2, "Anna Rossini", "1985-03-04"),
    ]
    assert len(cases(project, everything=True)) == 2
    assert "Rossini" not in repr(case)


def test_an_accepted_row_is_released_by_the_next_run_and_stays_at_another_number(
    project: Path, go: Runner
) -> None:
    who, before = anna(project), images(project / "anonymized")
    decide(project, Ruling.ACCEPT, who, 2)
    assert cases(project, everything=False) == []
    assert go().exit_code is ExitCode.DONE
    assert weights(project)[who] == "70"
    assert (match(project)["status"], match(project)["row"]) == ("accepted", "2")
    assert match(project)["reasons"] == "a person decided that this is the row"
    go(table=people(project, SECOND, THIRD, FIRST))
    assert (match(project)["status"], match(project)["row"], anna(project)) == ("accepted", "1", who)
    assert weights(project)[who] == "70"
    assert {path.split("/")[0] for path in before} == {
        p.split("/")[0] for p in images(project / "anonymized")
    }


def test_a_decision_sleeps_while_its_row_is_gone_and_wakes_with_it(project: Path, go: Runner) -> None:
    decide(project, Ruling.ACCEPT, anna(project), 2)
    outcome = go(table=people(project, FIRST, THIRD))
    assert outcome.report.links == {LinkStatus.REVIEW: 1, LinkStatus.ACCEPTED: 1}
    assert match(project)["reasons"].startswith("the row that a person decided on is not in this table")
    (case,) = cases(project, everything=False)
    assert case.decision == "a row that is not in this table"
    go(table=people(project, FIRST, THIRD, SECOND))
    assert (match(project)["status"], match(project)["row"]) == ("accepted", "3")


def test_nobodys_row_is_missing_and_a_refused_row_no_candidate(project: Path, go: Runner) -> None:
    decide(project, Ruling.REJECT, anna(project), 1)
    (case,) = cases(project, everything=False)
    assert ([c.row for c in case.candidates], case.decision) == ([2], "not row 1")
    go()
    assert (match(project)["status"], match(project)["candidates"]) == ("review", "2")
    decide(project, Ruling.NONE, anna(project))
    assert go().exit_code is ExitCode.DONE
    assert match(project)["status"] == "missing"
    assert anna(project) not in weights(project)


def test_a_wrong_link_is_taken_away_by_a_person_and_given_back(project: Path, go: Runner) -> None:
    bert = pseudonyms(project)["Lindqvist^Bert"]
    decide(project, Ruling.REJECT, bert)
    go()
    assert bert not in weights(project)
    decide(project, Ruling.UNDO, bert)
    go()
    assert weights(project) == {bert: "80"}
    with pytest.raises(UsageError, match="nothing to undo"):
        decide(project, Ruling.UNDO, bert)


@pytest.mark.parametrize(
    ("ruling", "row", "said"),
    [(Ruling.ACCEPT, 9, "no row 9"), (Ruling.ACCEPT, None, "2 candidates"), (Ruling.ACCEPT, 3, "given to")],
)
def test_what_cannot_be_decided_is_refused(project: Path, ruling: Ruling, row: int | None, said: str) -> None:
    decide(project, Ruling.ACCEPT, pseudonyms(project)["Lindqvist^Bert"], 3)
    with pytest.raises(UsageError, match=said) as refused:
        decide(project, ruling, anna(project), row)
    assert "Rossini" not in str(refused.value)
    with pytest.raises(UsageError, match="No patient"):
        decide(project, Ruling.NONE, "subj_NOBODY")


def test_rows_that_nothing_tells_apart_cannot_be_decided_on(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", ANNA)
    lines = [["Anna Rossini", "1970-01-02", "M"], ["Anna Rossini", "1970-01-02", "F"]]
    go(table=table(tmp_path / "t.csv", [["name", "birth date", "sex"], *lines]))
    with pytest.raises(UsageError, match="cannot be told from others"):
        decide(tmp_path, Ruling.ACCEPT, anna(tmp_path), 1)


def test_rows_that_a_name_alone_makes_one_persons_go_together_or_not_at_all(
    tmp_path: Path, go: Runner
) -> None:
    lines = [["name", "weight"], ["Anna Rossini", "60"], ["Bert Lindqvist", "80"], ["ROSSINI Anna", "70"]]
    study(tmp_path / "dicom", Patient("ROSSINI^A", "A-104477", "", images=1))
    go(table=table(tmp_path / "t.csv", lines))
    (who,) = pseudonyms(tmp_path).values()
    assert decide(tmp_path, Ruling.ACCEPT, who, 1).rows == (1, 3)
    go()
    assert [row["weight"] for row in rows(tmp_path / "anonymized" / "demographics.csv")] == ["60", "70"]
    decide(tmp_path, Ruling.UNDO, who)
    for number in ("A-200800", "A-300900"):
        study(tmp_path / "dicom" / number, Patient("Rossini^Anna", number, "", images=1))
    go()
    for one in set(pseudonyms(tmp_path).values()) - {who}:
        with pytest.raises(UsageError, match="Rows 1 and 3 bear one name, as do 2 patients"):
            decide(tmp_path, Ruling.ACCEPT, one, 1)


def test_a_decision_is_a_run_of_its_own_in_an_unbroken_chain(project: Path) -> None:
    decide(project, Ruling.ACCEPT, anna(project), 1)
    with Ledger(project / ".anonledger" / "ledger.sqlite3") as ledger:
        last, first = ledger.runs()
        assert (last.command, last.settings) == ("review accept", first.settings)
        assert ledger.broken_event() is None


def filled(project: Path, decision: str) -> Path:
    """Export, fill in the only line as a spreadsheet would, and return the file."""
    file = project / "private" / "todo.csv"
    assert export_cases(project, file) == 1
    head, line = file.read_text("utf-8").splitlines()
    file.write_text(f"{head}\n{line}{decision}\n".replace(",", ";"), "utf-8-sig")
    return file


@pytest.mark.parametrize(("decision", "status"), [("2", "accepted"), ("None", "missing"), ("", "review")])
def test_a_list_is_exported_filled_in_and_imported(
    project: Path, go: Runner, decision: str, status: str
) -> None:
    assert import_cases(project, filled(project, decision)) == bool(decision)
    go()
    assert match(project)["status"] == status


def test_an_import_records_nothing_when_one_line_is_wrong(project: Path, go: Runner) -> None:
    file = filled(project, "2")
    text = file.read_text("utf-8-sig")
    good = text.splitlines()[1]
    for line, said in [
        (good.replace(anna(project), "subj_NOBODY"), "Line 3: No patient"),
        (good[:-1] + "12", "Line 3: The table has no row 12"),
        (good[:-1] + "maybe", "Line 3: The decision is neither"),
        (good, "Line 3: Line 2 decides on the same patient"),
    ]:
        file.write_text(f"{text}{line}\n", "utf-8")
        with pytest.raises(UsageError, match=said) as refused:
            import_cases(project, file)
        assert "Rossini" not in str(refused.value)
    file.write_text("pseudonym;decision\n", "utf-8")
    with pytest.raises(UsageError, match="anonledger review export"):
        import_cases(project, file)
    assert len(cases(project, everything=False)) == 1


def test_a_list_about_another_table_is_refused(project: Path, go: Runner) -> None:
    file = filled(project, "2")
    go(table=people(project, SECOND, FIRST, THIRD))
    with pytest.raises(UsageError, match="other people or rows by now"):
        import_cases(project, file)


def test_a_list_holds_while_the_rows_are_about_the_same_people(project: Path, go: Runner) -> None:
    file = filled(project, "2")
    heavier = [[*line[:2], f"{weight}"] for line, weight in ((FIRST, 61), (SECOND, 71), (THIRD, 81))]
    go(table=people(project, *heavier))
    assert import_cases(project, file) == 1
    go()
    assert weights(project)[anna(project)] == "71"
    dated = [["Anna Rossini", "1970-01-03", "61"], *heavier[1:]]
    go(table=people(project, *dated))
    with pytest.raises(UsageError, match="Line 2: The table has other people or rows by now"):
        import_cases(project, file)


def test_a_list_is_never_written_into_what_is_shared_nor_among_sources(project: Path) -> None:
    for place in ("anonymized/todo.csv", "anonymized"):
        with pytest.raises(UsageError, match="to be shared"):
            export_cases(project, project / place)
    for place in ("dicom/todo.csv", "dicom/case1/todo.csv"):
        with pytest.raises(UsageError, match="folder with sources"):
            export_cases(project, project / place)
        assert not (project / place).exists()


def test_beside_a_single_source_file_a_list_may_be_written(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "scans.zip", ANNA)
    go("scans.zip", table=people(tmp_path, FIRST, SECOND))
    assert export_cases(tmp_path, tmp_path / "todo.csv") == 1


def test_wrong_lines_are_told_once_each_and_in_their_order(project: Path) -> None:
    file = filled(project, "2")
    head, good = file.read_text("utf-8-sig").splitlines()
    bad = [good[:-1] + "maybe", good.replace(anna(project), "subj_A"), good[:-1] + "99", good]
    file.write_text("\n".join([head, good.replace(anna(project), "subj_B"), *bad]) + "\n", "utf-8")
    with pytest.raises(UsageError) as refused:
        import_cases(project, file)
    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines[1:]] == [f"Line {n}" for n in range(2, 7)]


def test_what_was_recorded_and_what_it_replaces_is_told(project: Path, go: Runner) -> None:
    who, bert = anna(project), pseudonyms(project)["Lindqvist^Bert"]
    told = decide(project, Ruling.ACCEPT, who, 2)
    assert (told.what, told.before) == ("row 2", "")
    told = decide(project, Ruling.ACCEPT, who, 1)
    assert (told.what, told.before) == ("row 1", "row 2")
    told = decide(project, Ruling.NONE, bert)
    assert (told.what, told.before) == ("no row", "row 3, by linkage")
    told = decide(project, Ruling.UNDO, bert)
    assert (told.what, told.before) == ("", "no row")


def test_a_row_that_is_nothing_like_the_patient_is_accepted_only_if_that_is_meant(project: Path) -> None:
    bert = pseudonyms(project)["Lindqvist^Bert"]
    with pytest.raises(UnlikeError, match=r"unlike .* in name and in birth date.* --yes") as refused:
        decide(project, Ruling.ACCEPT, bert, 1)
    assert "Rossini" not in str(refused.value)
    assert decide(project, Ruling.ACCEPT, bert, 1, sure=True).what == "row 1"
