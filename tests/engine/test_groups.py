"""What has nothing to be done is told in groups; the plan is the one that each file would get by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from anonledger.deid.profile import read_rules
from anonledger.engine import plan
from anonledger.engine.outcome import Plan
from anonledger.engine.plan import Basis, make_plan, plan_again
from anonledger.engine.policy import policy_of
from anonledger.engine.project import project_at
from anonledger.engine.recipes import recipe_of_all, recipes
from anonledger.engine.strangers import Strangers
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Reason
from anonledger.settings import Settings
from tests import factories
from tests.engine.conftest import Runner


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Two patients who are published, one file twice, one of nobody, and one that is held back."""
    people = [
        factories.Patient(f"Doe^{name}", f"P-10447{n}", images=3) for n, name in enumerate(("Ada", "Bea"))
    ]
    factories.study(tmp_path / "dicom", *people)
    (tmp_path / "dicom" / "scan.bval").write_bytes(b"0 1000")
    (tmp_path / "dicom" / "again.dcm").write_bytes(factories.instance(number=8))
    (tmp_path / "dicom" / "and again.dcm").write_bytes(factories.instance(number=8))
    (tmp_path / "dicom" / "screen.dcm").write_bytes(factories.instance(number=9, BurnedInAnnotation="YES"))
    go()
    return tmp_path


def planned(project: Path, *, rules: str = "pseudonymize", lost: bool = False, known: str = "") -> list[Plan]:
    """Return the plan of the last run, found in groups and file by file; ``known``: a name learnt since."""
    with Ledger(project_at(project).ledger) as ledger:
        each = recipes(ledger, None)
        if known:
            first = next(one for one in each if each[one].ids == ("P-104470",))
            each[first] = replace(each[first], digest=known, names=(*each[first].names, known))
        gone = frozenset([next(iter(ledger.object_digests()))]) if lost else frozenset()
        removed = ("Modality",) if rules != "pseudonymize" else ()
        basis = Basis(
            read_rules("pseudonymize", removed),
            Strangers(each, ledger.words()),
            recipe_of_all(each.values(), None),
            gone,
            policy_of(Settings(), ledger.decisions()),
        )
        run = ledger.runs(1)[0].id
        in_groups = make_plan(ledger, run, basis)
        return [
            in_groups,
            make_plan(ledger, run, replace(basis, forced=lambda _row: False)),
            plan_again(ledger, run, basis, in_groups),
        ]


@pytest.mark.parametrize(
    ("state", "reason", "jobs"),
    [
        ({}, None, 0),
        ({"lost": True}, Reason.OUTPUT_MISSING, 1),
        ({"known": "Roe^Zenobia"}, Reason.SUBJECT_CHANGED, 4),
        ({"rules": "other"}, Reason.RULES_CHANGED, 8),
    ],
)
def test_all_ways_give_one_plan(
    project: Path, monkeypatch: pytest.MonkeyPatch, state: dict[str, object], reason: Reason, jobs: int
) -> None:
    monkeypatch.setattr(plan, "FEW", 0)
    in_groups, one_by_one, again = planned(project, **state)  # type: ignore[arg-type]
    assert [job.reason for job in in_groups.jobs] == [reason] * jobs
    assert in_groups == again
    assert replace(in_groups, looked_at=frozenset(), others=frozenset()) == replace(
        one_by_one, looked_at=frozenset(), others=frozenset()
    )
    for other in (True, False):
        assert in_groups.distinct(other=other) == one_by_one.distinct(other=other)
    assert in_groups.looked_at <= one_by_one.looked_at
