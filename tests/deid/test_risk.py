"""Which instances may show a name where no cleaning of texts reaches it."""

import pytest

from anonledger.deid.harvest import inspect
from anonledger.outcomes import QuarantineReason
from tests.factories import SYNTAXES, instance, item

BURNED_IN, ENCAPSULATED = QuarantineReason.BURNED_IN, QuarantineReason.ENCAPSULATED
STORAGE = "1.2.840.10008.5.1.4.1.1."
ULTRASOUND, VIDEO, CAPTURE = STORAGE + "6.1", STORAGE + "77.1.1.1", STORAGE + "7"
PDF, REPORT, PRESENTATION = STORAGE + "104.1", STORAGE + "88.11", STORAGE + "11.1"


def risk(data: bytes) -> tuple[QuarantineReason | None, str]:
    """Return what the survey keeps of the risk of a file."""
    found = inspect(data, "IM1")
    assert found.header is not None, found
    return found.header.risk, found.header.risk_where


@pytest.mark.parametrize(
    ("elements", "where"),
    [
        ({"BurnedInAnnotation": "YES"}, "(0028,0301) YES"),
        ({"SOPClassUID": CAPTURE}, "(0008,0016) secondary capture"),
        ({"SOPClassUID": CAPTURE + ".4", "BurnedInAnnotation": "NO"}, "(0008,0016) secondary capture"),
        ({"SOPClassUID": ULTRASOUND, "Modality": "US"}, "(0008,0016) ultrasound"),
        ({"SOPClassUID": VIDEO}, "(0008,0016) endoscopy"),
        ({"Modality": "US"}, "(0008,0060) US"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "(0008,0008) SCREEN SAVE"),
        ({"ImageType": ["DERIVED", "SECONDARY", "screen_save "]}, "(0008,0008) SCREEN SAVE"),
        ({"ConversionType": "SD"}, "(0008,0064) SD"),
        ({"ConversionType": "WSD", "BurnedInAnnotation": "NO"}, "(0008,0064) WSD"),
    ],
)
def test_images_that_may_show_text_are_at_risk(elements: dict[str, object], where: str) -> None:
    assert risk(instance(**elements)) == (BURNED_IN, where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"BurnedInAnnotation": "NO"},
        {"ImageType": ["DERIVED", "SECONDARY", "AXIAL", "SCREENING"]},
        {"ConversionType": "SYN"},
        {"SOPClassUID": ULTRASOUND, "Modality": "US", "BurnedInAnnotation": "NO"},
        {"SOPClassUID": STORAGE + "77.1.5.1"},
        {"ReferencedImageSequence": [item(BurnedInAnnotation="YES", SOPClassUID=CAPTURE)]},
    ],
)
def test_other_images_are_not(elements: dict[str, object]) -> None:
    assert risk(instance(**elements)) == (None, "")  # type: ignore[arg-type]


@pytest.mark.parametrize("sop_class", [CAPTURE, ULTRASOUND, REPORT, PRESENTATION])
def test_what_has_no_pixels_shows_no_text(sop_class: str) -> None:
    data = instance(SOPClassUID=sop_class, BurnedInAnnotation="YES", pixels=b"")
    assert risk(data) == (None, "")


@pytest.mark.parametrize("number", range(1, 6))
def test_a_document_is_told_by_its_class(number: int) -> None:
    data = instance(SOPClassUID=f"{STORAGE}104.{number}", pixels=b"")
    assert risk(data) == (ENCAPSULATED, "(0008,0016)")


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_document_is_told_by_its_element_at_any_depth(syntax: str) -> None:
    inner = item(EncapsulatedDocument=b"%PDF-1.7 ")
    data = instance(SOPClassUID=REPORT, ContentSequence=[inner], pixels=b"", syntax=syntax)
    assert risk(data) == (ENCAPSULATED, "(0042,0011)")


def test_the_class_of_the_file_meta_counts_where_the_data_set_is_silent() -> None:
    data = instance(SOPClassUID=None).replace(b"5.1.4.1.1.4\0", b"5.1.4.1.1.7\0")
    assert risk(data) == (BURNED_IN, "(0008,0016) secondary capture")


def test_the_place_never_repeats_what_the_file_says() -> None:
    assert risk(instance(Modality="US", ImageType=["DOE", "JANE"]))[1] == "(0008,0060) US"
