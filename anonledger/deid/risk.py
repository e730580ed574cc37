"""Tell which instances cannot be checked by looking for names in their texts, by the rules of risk.toml.

Owns: what has no pixels shows no text; the place told is a word of the rules, never a value of the file.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from anonledger.deid.elements import Element, Kind, tag_text
from anonledger.deid.form import Form
from anonledger.outcomes import QuarantineReason

SOP_CLASS, MODALITY, IMAGE_TYPE, CONVERSION_TYPE = 0x00080016, 0x00080060, 0x00080008, 0x00080064
BURNED_IN, DOCUMENT = 0x00280301, 0x00420011
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
ASKED = frozenset({SOP_CLASS, MODALITY, IMAGE_TYPE, CONVERSION_TYPE, BURNED_IN})
LONGEST = 1024  # bytes of a value that are read


@dataclass(frozen=True, slots=True)
class Risk:
    """Why an instance cannot be checked, and which element says so."""

    reason: QuarantineReason
    where: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """By tag, the terms that mean a risk, and as what each is told; ``usual``: unless the file says NO."""

    captured: Mapping[int, Mapping[str, str]]
    usual: Mapping[int, Mapping[str, str]]
    document_classes: str


def risk_of(form: Form, elements: Sequence[Element]) -> Risk | None:
    """Return the risk of an instance from its walked elements, None when it can be checked."""
    values: dict[int, list[str]] = {}
    pixels = False
    for element in elements:
        if element.tag == DOCUMENT:
            return Risk(QuarantineReason.ENCAPSULATED, tag_text(DOCUMENT))
        if element.parent < 0:
            if element.tag in ASKED and element.kind is Kind.PLAIN:
                values.setdefault(element.tag, _terms(form, element))
            pixels = pixels or element.tag in PIXELS
    values.setdefault(SOP_CLASS, [form.meta_class])
    if any(uid.startswith(_rules().document_classes) for uid in values[SOP_CLASS]):
        return Risk(QuarantineReason.ENCAPSULATED, tag_text(SOP_CLASS))
    where = _shows_text(values) if pixels else ""
    return Risk(QuarantineReason.BURNED_IN, where) if where else None


def _shows_text(values: Mapping[int, Sequence[str]]) -> str:
    """Return what says that there may be text in the pixels, "" if nothing does."""
    said = values.get(BURNED_IN, ())
    if "YES" in said:
        return f"{tag_text(BURNED_IN)} YES"
    rules = _rules()
    for terms_of in (rules.captured,) if "NO" in said else (rules.captured, rules.usual):
        for tag, terms in terms_of.items():
            for value in values.get(tag, ()):
                if value in terms:
                    return f"{tag_text(tag)} {terms[value]}"
    return ""


def _terms(form: Form, element: Element) -> list[str]:
    """Return the values of a short text element as the rules spell them."""
    value = bytes(form.data[element.at : min(element.end, element.at + LONGEST)]).decode("latin-1")
    return [one.strip(" \0").upper().replace("_", " ") for one in value.split("\\")]


@cache
def _rules() -> _Rules:
    found = tomllib.loads(resources.files(__package__).joinpath("risk.toml").read_text("utf-8"))
    captured, usual = found["captured"], found["usual"]
    return _Rules(
        {
            SOP_CLASS: _classes(captured["sop_classes"]),
            IMAGE_TYPE: {term: term for term in captured["image_types"]},
            CONVERSION_TYPE: {term: term for term in captured["conversion_types"]},
        },
        {
            SOP_CLASS: _classes(usual["sop_classes"]),
            MODALITY: {term: term for term in usual["modalities"]},
        },
        found["encapsulated"]["sop_class_prefix"],
    )


def _classes(named: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {uid: name for name, uids in named.items() for uid in uids}
