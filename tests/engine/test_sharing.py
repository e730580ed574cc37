"""However the files are shared out among tasks, the ledger is the same."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from anonledger.engine import survey
from tests import factories
from tests.engine.conftest import Runner

PEOPLE = [
    factories.Patient(f"Doe^{name}", f"P-10447{n}", images=3) for n, name in enumerate(("Ada", "Bea", "Cy"))
]
ASKED = (
    "SELECT id, path, member, digest FROM source",
    "SELECT id, evidence_digest FROM identity",
    "SELECT id, digest FROM vocabulary",
    "SELECT digest, identity_id, vocabulary_id FROM instance ORDER BY digest",
    "SELECT count(*) FROM seal",
)


@pytest.mark.parametrize("recorded", [4, 500])
def test_large_files_are_looked_at_alone_and_numbered_as_ever(
    tmp_path: Path, go: Runner, monkeypatch: pytest.MonkeyPatch, recorded: int
) -> None:
    factories.study(tmp_path / "dicom", *PEOPLE)
    monkeypatch.setattr(survey, "TOGETHER", 5)
    monkeypatch.setattr(survey, "RECORDED_TOGETHER", recorded)
    found = []
    for of_task in (1, survey.OF_TASK):
        monkeypatch.setattr(survey, "OF_TASK", of_task)
        go()
        with closing(sqlite3.connect(tmp_path / ".anonledger" / "ledger.sqlite3")) as ledger:
            found.append([ledger.execute(query).fetchall() for query in ASKED])
        for name in (".anonledger", "private", "anonymized"):
            (tmp_path / name).rename(tmp_path / f"{name}-{of_task}")
    assert found[0] == found[1]
    assert len(found[0][0]) == 9
