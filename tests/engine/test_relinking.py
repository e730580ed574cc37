"""Linkage is done again only when something changed that it goes by."""

from pathlib import Path

import pytest

from anonledger.engine import relinking
from anonledger.outcomes import LinkStatus
from anonledger.subjects import linkage
from tests import factories
from tests.engine.conftest import Runner

HEAD = ["name", "birth_date", "dose"]
ROWS = [["Jane Doe", "1970-01-02", "1"], ["Jim Poe", "1980-03-04", "2"]]


def test_links_are_decided_again_when_a_row_a_file_or_the_rule_changes(
    tmp_path: Path, go: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[int] = []
    link = linkage.link

    def counted(patients: list[object], *rest: object) -> object:
        decided.append(len(patients))
        return link(patients, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(relinking, "link", counted)
    factories.study(tmp_path / "dicom", factories.Patient("Doe^Jane", "P-104477"))
    table = factories.table(tmp_path / "people.csv", [HEAD, *ROWS])
    first = go(table=table)
    assert decided == [1]
    go(table=table)
    assert decided == [1]
    (one,) = first.settled.links.values()
    assert one.status is LinkStatus.ACCEPTED
    go(table=factories.table(tmp_path / "people.csv", [HEAD, *ROWS, ["Ann Noe", "1990-05-06", "3"]]))
    assert decided == [1, 1]
    factories.study(tmp_path / "dicom" / "more", factories.Patient("Poe^Jim", "P-104478", "19800304"))
    grown = go()
    assert decided == [1, 1, 2]
    assert [one.status for one in grown.settled.links.values()] == [LinkStatus.ACCEPTED] * 2
    go(dist_margin=0.3)
    go(dist_margin=0.3)
    assert decided == [1, 1, 2, 2]
