"""What is to be done again can be named: everything, a patient, or an element."""

from pathlib import Path

import pytest

from anonledger.engine.forcing import told_apart
from anonledger.engine.project import project_at
from anonledger.errors import UsageError
from anonledger.outcomes import Reason
from tests.engine.conftest import Runner
from tests.factories import Patient, item, nested, study
from tests.program import images, pseudonyms

ANNA, BERT = Patient("Rossini^Anna", "A-104477"), Patient("Lindqvist^Bert", "B-220815", "19810506", images=3)


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Run a study in which an element stands in the files of one patient only, deep in a sequence."""
    study(tmp_path / "dicom", ANNA)
    study(tmp_path / "dicom" / "b.zip", BERT, ContentSequence=[nested(2, item(TextValue="x"))])
    go()
    return tmp_path


@pytest.mark.parametrize(
    ("named", "count"),
    [((), 0), (("TextValue",), 3), (("0040,a160", "StationName"), 3), (("PatientName",), 5), (("bert",), 3)],
)
def test_exactly_the_files_that_are_named_are_done_again(
    project: Path, go: Runner, named: tuple[str, ...], count: int
) -> None:
    before = images(project / "anonymized")
    bert = pseudonyms(project)[BERT.name]
    outcome = go(redone=tuple(text.replace("bert", bert) for text in named))
    assert [job.reason for job in outcome.plan.jobs] == [Reason.FORCED] * count
    assert outcome.plan.unchanged == 5 - count
    assert images(project / "anonymized") == before


def test_what_is_named_is_a_patient_an_element_or_a_source(project: Path) -> None:
    place, bert = project_at(project), pseudonyms(project)[BERT.name]
    scans = project / "dicom"
    assert told_apart(place, ["", bert, "PatientName", str(scans)]) == ((bert, "PatientName"), (scans,))
    with pytest.raises(UsageError, match="neither"):
        told_apart(place, ["nothing of the kind"])
