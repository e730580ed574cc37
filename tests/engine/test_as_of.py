"""Exports can be repeated: over three months of growth each gives the bytes that it had then."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from anonledger.engine.auditing import audit
from anonledger.engine.export import Exported, Order, export
from anonledger.engine.progress import Silent
from anonledger.errors import AnonledgerError, UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Export, Misfit
from tests import factories
from tests.engine.conftest import Runner
from tests.factories import Patient
from tests.program import contents, holds

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", images=2)
OMAR = Patient("Qasimov^Omar", "P-220815", "19810506", "M", images=1)
RUTH = Patient("Lindqvist^Ruth", "P-331902", "19550607", images=1)
HEAD = ["name", "birth date", "age", "sex", "remark", "site"]
JANES = ["Jane Zweifelhofer", "1970-01-02", "50", "f", "seen with Omar Qasimov", "n"]
OMARS = ["Qasimov Omar", "1981-05-06", "41", "m", "", "s"]
KEPT = Path(__file__).parents[1] / "ledger" / "ledgers" / "0001.sqlite3"
LISTS = ("manifest", "provenance")


def had(root: Path, name: str, when: object = None, **more: Any) -> bytes:
    """Return what an export gives, of a run or as the ledger stands."""
    return told(root, name, when, **more)[0]


def told(root: Path, name: str, when: object = None, **more: Any) -> tuple[bytes, Exported]:
    pieces: list[bytes] = []
    done = export(root, Order(name, as_of=None if when is None else str(when), **more), pieces.append)
    return b"".join(pieces), done


def everything(root: Path, when: object = None) -> dict[str, bytes]:
    """Return every export in every form."""
    forms: dict[str, tuple[str, dict[str, bool]]] = {name: (name, {}) for name in (*Export, *LISTS)}
    forms |= {
        "missing --unused-rows": ("missing", {"unused_rows": True}),
        "missing --shareable": ("missing", {"shareable": True}),
        "participants --sidecar": ("participants", {"sidecar": True}),
        "manifest --with-sources": ("manifest", {"sources": True}),
    }
    return {form: had(root, name, when, **more) for form, (name, more) in forms.items()}


def written(root: Path) -> dict[str, bytes]:
    """Return the tables that a run wrote, by the words that export them."""
    private = {path.stem: path.read_bytes() for path in (root / "private").glob("*.csv")}
    shared = root / "anonymized"
    return private | {
        "demographics": (shared / "demographics.csv").read_bytes(),
        "missing --shareable": (shared / "missing.csv").read_bytes(),
    }


@pytest.fixture
def study(tmp_path: Path, go: Runner) -> Iterator[list[tuple[int, dict[str, bytes], dict[str, bytes]]]]:
    """Run three months; of each give the run, what it wrote, and what every export was then."""
    months = []

    def ended(run: int) -> None:
        months.append((run, written(tmp_path), everything(tmp_path)))

    factories.study(tmp_path / "dicom", JANE)
    table = factories.table(tmp_path / "t.csv", [HEAD, JANES])
    ended(go(table=table).run)
    factories.study(tmp_path / "dicom" / "more", OMAR)
    factories.study(tmp_path / "dicom" / "late", RUTH)
    table = factories.table(tmp_path / "t.csv", [HEAD, OMARS, JANES, ["Tegernsee Paul", "", "", "", "", ""]])
    ended(go(table=table).run)
    ended(go(drop_columns=("site",), remove_tags=("SeriesDescription",)).run)
    yield months


@pytest.fixture(autouse=True)
def _with_the_library() -> None:
    pytest.importorskip("prov")


def test_each_month_can_be_had_again_byte_for_byte(
    tmp_path: Path, go: Runner, study: list[tuple[int, dict[str, bytes], dict[str, bytes]]]
) -> None:
    assert [run for run, _, _ in study] == [1, 2, 3]
    differ = {form for form, content in study[0][2].items() if content != study[1][2][form]}
    assert {"mapping", "matches", "demographics", "participants", "manifest", "provenance"} <= differ
    for run, wrote, then in study:
        now = everything(tmp_path, run)
        assert now == then
        assert {name: now[name] for name in wrote} == wrote
    nothing = go(drop_columns=("site",), remove_tags=("SeriesDescription",)).run
    assert everything(tmp_path, nothing) == study[-1][2]
    with closing(sqlite3.connect(tmp_path / ".anonledger" / "ledger.sqlite3")) as raw:
        assert raw.execute("SELECT count(*) FROM export WHERE run_id = ?", (nothing,)).fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM export WHERE run_id = 1").fetchone() == (len(Export),)
        (day,) = raw.execute("SELECT substr(max(finished), 1, 10) FROM run").fetchone()
    assert everything(tmp_path, day) == study[-1][2]
    assert "No run had ended" in _refused(tmp_path, "mapping", "2001-02-03")
    assert audit(tmp_path, None, "", False, Silent()).findings == ()
    for shareable in ("demographics", "participants", "manifest", "provenance"):
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / shareable).write_bytes(study[1][2][shareable])
    assert holds(tmp_path / "out", "zweifelhofer", "qasimov", "lindqvist", "104477", "220815") == []


def _refused(root: Path, name: str, when: object, **more: bool) -> str:
    with pytest.raises(AnonledgerError) as error:
        had(root, name, when, **more)
    return str(error.value)


def test_equal_tables_are_kept_once_and_lost_ones_are_told_and_made_again(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", JANE)
    go()
    before = had(tmp_path, "mapping", 1)
    kept = tmp_path / ".anonledger" / "exports"
    objects = contents(kept)
    with Ledger(tmp_path / ".anonledger" / "ledger.sqlite3") as ledger:
        one = ledger.kept_as_of(Export.MAPPING, 1)
    assert one is not None
    path = kept / one.digest[:2] / one.digest[2:]
    for damage, said, misfit in (
        (b"", "is missing", Misfit.NO_OBJECT),
        (b"x" * one.size, "is damaged", Misfit.BAD_OBJECT),
    ):
        path.unlink()
        if damage:
            path.write_bytes(damage)
        refused = _refused(tmp_path, "mapping", 1)
        assert said in refused and "audit" in refused
        found = audit(tmp_path, None, "", False, Silent()).findings
        assert {(f.table, f.problem) for f in found} == {
            ("export" if misfit is Misfit.NO_OBJECT else "object", misfit)
        }
        go()
        assert had(tmp_path, "mapping", 1) == before
        assert contents(kept) == objects


def test_what_was_not_kept_is_refused_with_what_to_do(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", JANE)
    go()
    with pytest.raises(UsageError, match="with the columns that its run left out"):
        export(tmp_path, Order("participants", dropped=("x",), as_of="1"), print)
    assert "with-sources" in _refused(tmp_path, "manifest", 1, places=True)
    assert "There is no run 7" in _refused(tmp_path, "mapping", 7)
    assert "a day (" in _refused(tmp_path, "mapping", "yesterday")
    assert "No 'demographics' is kept yet" in _refused(tmp_path, "demographics", 1)
    go(table=factories.table(tmp_path / "t.csv", [HEAD, JANES]))
    assert "the first is that of run 2" in _refused(tmp_path, "demographics", 1)
    assert had(tmp_path, "participants", 1).count(b"\n") == 2


def test_a_ledger_from_before_keeps_from_its_first_run_on(tmp_path: Path) -> None:
    (tmp_path / ".anonledger").mkdir()
    shutil.copy(KEPT, tmp_path / ".anonledger" / "ledger.sqlite3")
    assert "keeps every table" in _refused(tmp_path, "mapping", 1)
    assert had(tmp_path, "manifest", 1).count(b"\n") >= 1
    assert had(tmp_path, "mapping").count(b"\n") > 1


def test_a_table_of_then_that_names_somebody_by_now_is_private(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", JANE)
    go(table=factories.table(tmp_path / "t.csv", [HEAD, JANES]))
    before = had(tmp_path, "demographics")
    assert b"Omar Qasimov" in before
    factories.study(tmp_path / "dicom" / "more", OMAR)
    go()
    content, done = told(tmp_path, "demographics", 1)
    assert content == before
    assert done.private and "1 line(s)" in done.notes[0]
    with pytest.raises(UsageError, match="to be shared"):
        export(tmp_path, Order("demographics", tmp_path / "anonymized" / "old.csv", as_of="1"), print)
    now, done = told(tmp_path, "demographics")
    assert b"Omar" not in now and not done.private
