"""Headers: what is called like a name, an ID or an address, and what is plain data."""

import pytest

from anonledger.subjects.headers import Kind, is_header, is_known, kind_of, sounds_like

CALLED = {
    Kind.NAME: "name (2)|Name.1|name 2|name_2|Vorname.1|Ehename|Spitzname|nickname|name_maiden|Mother|Father|"
    "Last Name (maiden)|Name (Kontakt)|Mother's maiden name|Nom de jeune fille|PatientName2|initials",
    Kind.NUMBER: "mrn (2)|MRN #|PatID|Pat-ID|Pat. Nr.|Fall-Nr|Fallnummer|Fall Nr.|Hospital No|Krankenakte|"
    "SSN|Versichertennummer|NHS number|Telefon|phone|Phone (home)|mobile|Mobile phone|E-Mail|email address|"
    "id.1|PatientPhone|contact number|national insurance number",
    Kind.PLACE: "Adresse|address|Street|home address|Address 2|PLZ|Postal code|address_line_1",
}
DATA = (
    "age|sex|dob|handedness|diagnosis|site|visit|score|IQ|number of lesions|number of patients|id_scanner|"
    "scan_id|session_id|site_id|family id|group|weight_kg|BMI|date|field strength|mother tongue|father's age|"
    "case|case/control|first visit|last visit|birth weight|birth order|family history|hospital|contact sport|"
    "mobile phone use|number|no|nr|filename|scanner name|name of site|test name|address recall score|"
    "medical history|parent education|cell count|MMSE|T1|p1|p2|phonemic fluency|record_id|rater"
)


@pytest.mark.parametrize(
    ("header", "kind"), [(header, kind) for kind, said in CALLED.items() for header in said.split("|")]
)
def test_headers_of_somebodys_names_ids_and_addresses(header: str, kind: Kind) -> None:
    assert kind_of(header) is kind


@pytest.mark.parametrize("header", DATA.split("|"))
def test_headers_of_data(header: str) -> None:
    assert kind_of(header) is None


def test_what_sounds_like_a_name_or_id_is_told_apart_from_the_rest() -> None:
    assert all(map(sounds_like, ("id_scanner", "name of site", "mobile phone use", "ReferringName")))
    assert not any(map(sounds_like, ("age", "handedness", "number of lesions", "valid", "score")))


def test_data_are_no_header() -> None:
    assert not is_header(["jörg müller", "hx110022", "m"])
    assert not is_header(["Rossi Anna", "1970-04-03", "name"])
    assert is_header(["who", "sex"])
    assert is_header(["who", "came"], named=["Who"])
    assert not any(map(is_known, ("jörg müller", "HX110022", "f", "male")))
