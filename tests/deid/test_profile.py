"""Profiles and the user's additions to them: what can be asked for, what cannot, and what it does."""

import pytest
from pydicom.datadict import dictionary_has_tag, keyword_for_tag

from anonledger.deid.clean import Cleaned, clean
from anonledger.deid.profile import ACTIONS, RULES_VERSION, profile_names, read_rules, tag_of
from anonledger.errors import UsageError
from anonledger.records import Rules
from tests.deid.builders import PSEUDONYM, RULES, cleaned, read, recipe
from tests.factories import instance, item


def made(rules: Rules, data: bytes) -> bytes:
    """Clean a file by other rules."""
    result = clean(data, rules, recipe())
    assert isinstance(result, Cleaned)
    return b"".join(result.pieces)


@pytest.mark.parametrize("name", profile_names())
def test_every_rule_of_a_profile_names_an_element_of_the_standard(name: str) -> None:
    for rule in read_rules(name).rules:
        assert dictionary_has_tag(int(rule.tag, 16))
        assert keyword_for_tag(int(rule.tag, 16)) == rule.keyword
        assert rule.action in ACTIONS
        assert rule.why


def test_what_leads_to_the_patient_is_removed_at_every_depth() -> None:
    told = {"PatientAddress": "12 Elm Row", "OtherPatientIDs": "X7", "PatientBirthName": "Nobody"}
    data = instance(**told, ContentSequence=[item(**told, PatientID="X7", CodeMeaning="kept")])  # type: ignore[arg-type]
    new = read(cleaned(data))
    for holder in (new, new.ContentSequence[0]):
        assert not set(told) & {e.keyword for e in holder}
        assert holder.PatientID == new.PatientName
    assert new.ContentSequence[0].CodeMeaning == "kept"


def test_what_science_needs_is_kept() -> None:
    new = read(cleaned(instance(PatientAge="050Y", PatientWeight="61.5", InstitutionName="Clinic")))
    assert (new.PatientBirthDate, new.PatientSex, new.PatientAge) == ("19700102", "F", "050Y")
    assert (new.StudyDate, new.InstitutionName, str(new.PatientWeight)) == ("20200304", "Clinic", "61.5")


def test_a_removed_and_a_kept_element() -> None:
    rules = read_rules("pseudonymize", ["StationName", "0018,1000"], ["(0010,1040)"])
    data = instance(StationName="MR1", DeviceSerialNumber="4711", PatientAddress="12 Elm Row; Jane Doe")
    new = read(made(rules, data))
    assert "StationName" not in new and "DeviceSerialNumber" not in new
    assert new.PatientAddress == f"12 Elm Row; {PSEUDONYM}"  # even then without the name


def test_what_was_done_is_stated_in_the_file() -> None:
    new = read(cleaned(instance()))
    assert new.PatientIdentityRemoved == "YES"
    assert new.DeidentificationMethod == (
        f"anonledger pseudonymize {RULES_VERSION}: name replaced by a pseudonym"
    )


def test_what_others_did_before_stays_stated() -> None:
    before = "other tool\\by Doe^Jane"
    new = read(cleaned(instance(DeidentificationMethod=before.split("\\"))))
    methods = list(new.DeidentificationMethod)
    assert methods[0] == "other tool"
    assert methods[1].startswith("by subj_")
    assert methods[2].startswith("anonledger")


def test_cleaning_twice_is_cleaning_once() -> None:
    once = cleaned(instance(StudyDescription="for Jane Doe", private=[(1, "OB", b"by Doe^Jane.")]))
    assert cleaned(once) == once


@pytest.mark.parametrize("text, tag", [
    ("StationName", ("00081010", "StationName")),
    ("0008,1010", ("00081010", "StationName")),
    ("(0008,1010)", ("00081010", "StationName")),
    ("00081010", ("00081010", "StationName")),
    ("0009,10ff", ("000910FF", "")),
])  # fmt: skip
def test_an_element_can_be_written_as_keyword_or_tag(text: str, tag: tuple[str, str]) -> None:
    assert tag_of(text) == tag


@pytest.mark.parametrize("name, removed, kept, told", [
    ("no such", [], [], "no profile 'no such'"),
    ("pseudonymize", ["Nonsense"], [], "'Nonsense' is neither"),
    ("pseudonymize", ["0008,10"], [], "neither a DICOM keyword"),
    ("pseudonymize", ["StationName"], ["0008,1010"], "both to be kept and to be removed"),
    ("pseudonymize", [], ["PatientName"], "--keep-tag cannot be used on PatientName"),
    ("pseudonymize", ["PatientID"], [], "--remove-tag cannot be used on PatientID"),
])  # fmt: skip
def test_what_cannot_be_asked_for_is_told(name: str, removed: list[str], kept: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_rules(name, removed, kept)


def test_the_digest_follows_the_rules_and_not_their_order() -> None:
    assert read_rules("pseudonymize").digest == RULES.digest
    assert read_rules("pseudonymize", ["StationName"]).digest != RULES.digest
    one, other = ["StationName", "0018,1000"], ["DeviceSerialNumber", "(0008,1010)"]
    assert read_rules("pseudonymize", one).digest == read_rules("pseudonymize", other).digest
