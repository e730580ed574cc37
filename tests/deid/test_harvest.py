"""What a file says of itself: of whom it is, which image, or why it is left out or held back."""

import pytest

from anonledger.deid.harvest import inspect
from anonledger.outcomes import QuarantineReason
from anonledger.records import Evidence, Header
from tests.deid.builders import BUNDLED, META, file_of, raw
from tests.factories import SYNTAXES, instance, item, uid

DIRECTORY_CLASS = "1.2.840.10008.1.3.10"


def header(data: bytes) -> Header:
    """Return the header of what is an instance."""
    found = inspect(data, "IM1")
    assert found.header is not None, found
    return found.header


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_an_instance_says_who_and_which_it_is(syntax: str) -> None:
    found = header(instance("Doe^Jane ", " P-1", "19700102", "F", syntax=syntax, IssuerOfPatientID="Clinic"))
    study = uid("study", " P-1")
    assert found.evidence == Evidence("Clinic", "P-1", "Doe^Jane", "19700102", "F", scope=study)
    assert found.study == study
    assert found.series == uid("series", study, 1)
    assert found.sop_instance == uid("instance", study, 1, 1)


def test_other_names_and_numbers_are_evidence_too() -> None:
    found = header(
        instance(
            OtherPatientNames=["Roe^Jane", "Doe^J"],
            PatientBirthName="Roe",
            PatientMotherBirthName="Poe^Ann",
            ResponsiblePerson="Doe^John",
            OtherPatientIDs=["X-17", "0"],
            MedicalRecordLocator="M 4",
        )
    ).evidence
    assert set(found.other_names) == {"Roe^Jane", "Doe^J", "Roe", "Poe^Ann", "Doe^John"}
    assert set(found.other_ids) == {"X-17", "M 4"}


@pytest.mark.parametrize("charset, value, name", [
    ("ISO_IR 100", "Müller^Jörg".encode("latin-1"), "Müller^Jörg"),
    ("ISO_IR 192", "Müller^Jörg".encode(), "Müller^Jörg"),
    ("", "Müller^Jörg".encode(), "Müller^Jörg"),
    ("ISO_IR 192", "Müller^Jörg".encode("latin-1"), "Müller^Jörg"),
    ("ISO_IR 144", "Иванов^Пётр".encode("iso8859-5"), "Иванов^Пётр"),
    ("\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "Yamada^Tarou=山田^太郎"),
])  # fmt: skip
def test_names_are_read_in_their_character_set(charset: str, value: bytes, name: str) -> None:
    assert header(instance(value, charset=charset.split("\\"))).evidence.name == name


def test_what_lies_in_a_sequence_is_not_the_patient() -> None:
    inner = item(PatientName="Roe^Richard", PatientID="X", StudyInstanceUID="1.2")
    assert header(instance(ReferencedStudySequence=[inner])).evidence.name == "Doe^Jane"


def test_where_the_data_set_is_silent_the_file_meta_says_which_it_is() -> None:
    found = header(instance(SOPClassUID=None, SOPInstanceUID=None))
    assert found.sop_class == "1.2.840.10008.5.1.4.1.1.4"
    assert found.sop_instance == uid("instance")


def test_a_directory_is_held_back() -> None:
    assert inspect(instance(SOPClassUID=DIRECTORY_CLASS), "x").trouble is QuarantineReason.DICOMDIR
    assert inspect(file_of(raw(0x00041220, "SQ")), "x").trouble is QuarantineReason.DICOMDIR


@pytest.mark.parametrize("name", ["scan.dcm", "SCAN.DCM", "a.ima", "a.dicom"])
def test_what_is_named_as_dicom_and_is_not_is_held_back(name: str) -> None:
    assert inspect(b"\x89PNG\r\n", name).trouble is QuarantineReason.NOT_DICOM


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b"notes\n" * 99], ids=["empty", "PNG", "text"])
def test_what_is_no_dicom_by_name_nor_content_is_something_else(data: bytes) -> None:
    found = inspect(data, "notes.txt")
    assert (found.header, found.drop, found.trouble) == (None, None, None)


@pytest.mark.parametrize("data", [META, instance()[:700], file_of(b"")], ids=["prefix", "cut", "no elements"])
def test_a_broken_file_is_held_back_and_where_it_is_broken_is_told(data: bytes) -> None:
    found = inspect(data, "x")
    assert found.trouble is QuarantineReason.TRUNCATED
    assert found.where
    assert "Doe" not in found.where


def test_every_bundled_file_of_pydicom_is_something() -> None:
    for path in BUNDLED:
        found = inspect(path.read_bytes(), path.name)
        assert [found.header, found.drop, found.trouble].count(None) >= 2
        assert (found.trouble is None) == (found.where == "")


def test_no_identifier_shows_in_a_repr() -> None:
    assert "Doe" not in repr(inspect(instance(OtherPatientNames="Doe^Jan"), "Doe.dcm"))
