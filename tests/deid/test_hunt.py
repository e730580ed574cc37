"""What counts as the name, in which forms it is found, and what only looks like it and stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.hunt import Hunter, hunter_of
from anonledger.deid.lexicon import technical_words
from anonledger.deid.scrub import clean_string
from anonledger.folding import fold
from tests.deid.builders import recipe

NAME = "Wagenhuber^Annelise"
FORMS = {
    "as spelled": "Wagenhuber^Annelise",
    "lower case": "wagenhuber annelise",
    "upper case": "WAGENHUBER, ANNELISE",
    "given name first": "Annelise Wagenhuber",
    "underscore": "annelise_wagenhuber",
    "dots, as in a login": "annelise.wagenhuber",
    "no separator": "WagenhuberAnnelise",
    "surname only": "Wagenhuber",
    "given name only": "Annelise",
    "initial and surname": "A. Wagenhuber",
    "surname and initial": "Wagenhuber A.",
    "initial glued by a caret": "Wagenhuber^A",
}
ACCENTS = [
    ("O'Hara^Maeve", "OHara"),
    ("O'Hara^Maeve", "O'Hara"),
    ("O'Hara^Maeve", "O’HARA"),
    ("O'Hara^Maeve", "O Hara"),
    ("OHara^Maeve", "O'Hara"),
    ("D’Or^Luc", "D'Or"),
    ("कुमार^राज", "कुमार"),
    ("สมชาย^ใจดี", "ใจดี"),
    ("Éclair^Zoé", "ECLAIR"),
    ("Éclair^Zoé", "E\u0301clair"),
    ("E\u0301clair^Zoé", "éclair"),
    ("Weißkopf^Ute", "WEISSKOPF"),
    ("Sørensen^Åse", "sorensen"),
    ("Yıldız^Şule", "YILDIZ"),
    ("Gal·la^Pau", "GALLA"),
    ("Galla^Pau", "Gal·la"),
    ("Łukasz^Ewa", "lukasz"),
    ("Van den Berghe^Piet", "Vandenberghe"),
    ("山田^太郎", "山田太郎"),
    ("山田^太郎", "山田"),
    ("Люксембург^Пётр", "ЛЮКСЕМБУРГ"),
]
LEFT_ALONE = {
    "Head^Brian": "Head routine, HEAD-1, head_neck",
    "Brain^Axelle": "Brain w/o contrast",
    "Scan^Ann": "Scan 3, rescan, annular, channel, scanner",
    "Le^Thi": "le left ale thin thigh",
    "O^Al": "al dente, axial, coronal, O2, O-ring",
    "Unknown^": "Unknown protocol unknown",
    "Siemens^Werner": "SIEMENS Healthineers",
    "May^June": "may be repeated in June 2004",
    "Contrast^Max": "contrast agent; Max. intensity, contrast: none",
    "2004^": "2004 20040101 1.2.2004.5",
    "Doe^Jan": "does, endoed, janus, January",
    "Roe^Kim": "heroes, kimono",
    "Stern^Otto": "sternum, STERNUM t1",
    "Ledger^Heath": "anonledger; healthcare",
    "Axial^Li": "AXIAL T2, li, slice",
    "Knee^Rest": "knee at rest",
    "Philips^Spine": "Philips Medical Systems, C-Spine",
    "Test^Ed": "not tested, test 3, edge",
    "Her^Und": "her knee und Fuss",
    "Thora^Norma": "thoracolumbar spine, normalized",
    "Pax^Ada": "phase P, P-1",
    "Costa^Stern": "retrosternal, costal",
}


def found(name: str, text: str, *ids: str, person: bool = False) -> str:
    """Return a text with a "#" for each hit."""
    return clean_string(text, hunter_of(recipe(name, ids=ids)), "#", person=person)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("text", ["{}", "t1 for {} today", "[{}]", "2004:{}:07", "<x y={}>"])
def test_the_name_is_found_in_every_form(form: str, text: str) -> None:
    assert found(NAME, text.format(form)) == text.format("#")


@pytest.mark.parametrize("name, form", ACCENTS)
def test_accents_and_letters_of_other_scripts_make_no_difference(name: str, form: str) -> None:
    assert found(name, f"t1 ({form}) sag") == "t1 (#) sag"


@pytest.mark.parametrize("text, left", [
    ("wagenhuber1980", "#1980"),
    ("1980Wagenhuber", "1980#"),
    ("xwagenhuberx", "x#x"),
    ("Wagenhuber\t\r\nAnnelise", "#\t\r\n#"),
    ("Wagenhuber/Annelise", "#/#"),
    ("(Wagenhuber); Annelise", "(#); #"),
    ("Annelise's scan, Wagenhubers scan", "#'s scan, #s scan"),
    ("Wagenhuber\\Annelise\\t1", "#\\#\\t1"),
    ("Dr. Annelise Maria Wagenhuber jun.", "Dr. # Maria # jun."),
    ("Annelise.Wagenhuber@example.org", "#@example.org"),
])  # fmt: skip
def test_only_the_name_goes(text: str, left: str) -> None:
    assert found(NAME, text) == left


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_only_looks_like_the_name_stays(name: str) -> None:
    assert found(name, LEFT_ALONE[name]) == LEFT_ALONE[name]


@pytest.mark.parametrize("name, text, left", [
    ("Head^Brian", "Brian: head", "#: #"),
    ("Head^Brian", "head^brian", "#"),
    ("Le^Thi", "t1 Le Thi t2", "t1 # t2"),
    ("Scan^Ann", "Ann", "#"),
    ("May^June", "May^June", "#"),
    ("Contrast^Max", "Max Contrast", "#"),
])  # fmt: skip
def test_an_ordinary_word_is_the_name_when_the_rest_of_the_name_is_beside_it(
    name: str, text: str, left: str
) -> None:
    assert found(name, text) == left


@pytest.mark.parametrize("name, text", [("Unknown^", "Unknown"), ("2004^", "2004^")])
def test_in_a_persons_name_every_word_of_it_is_the_name(name: str, text: str) -> None:
    assert found(name, text, person=True).startswith("#")
    assert found(name, text) == text


@pytest.mark.parametrize("name, text, left", [
    ("O^Al", "seen by Al^O", "seen by #"),
    ("O^Al", "al goal", "al goal"),
    ("de la Cruz^Maria", "TAC DE LA COLUMNA", "TAC DE LA COLUMNA"),
    ("van der Berg^Jan", "MRI van de knie", "MRI van de knie"),
    ("Rogers^2018-05-26", "20180526 2018-05-26", "20180526 2018-05-26"),
    ("Rogers^2018-05-26", "ROGERS_2018-05-26", "#"),
    ("Doe^Jane^^Mrs^MD", "MRS of Mrs Doe", "MRS of #"),
    ("Müller^Jörg", "Mueller, JOERG", "#"),
    ("MUELLER^JOERG", "Herr Müller", "Herr #"),
    ("דני^כהן", "בדניאל", "בדניאל"),
])  # fmt: skip
def test_words_that_tell_nobody_apart_are_the_name_only_together(name: str, text: str, left: str) -> None:
    assert found(name, text) == left


def test_several_given_names_are_each_the_name() -> None:
    name = "Wagenhuber^Annelise^Theodora^Dr^jun"
    assert found(name, "Theodora W.") == "#"
    assert found(name, "jun sag") == "jun sag"


@pytest.mark.parametrize("text, left", [
    ("ID P-104477 done", "ID # done"),
    ("p-104477_t1", "#_t1"),
    ("P-1044771", "P-1044771"),
    ("1.2.104477", "1.2.104477"),
    ("XP-104477", "XP-104477"),
])  # fmt: skip
def test_an_id_is_found_when_it_stands_alone(text: str, left: str) -> None:
    assert found(NAME, text, "P-104477") == left


def test_a_number_inside_a_uid_or_a_longer_number_is_no_id() -> None:
    for text in ("1.2.840.104477.3", "9104477", "104477.25", "1044770"):
        assert found(NAME, text, "104477") == text
    assert found(NAME, "no 104477.", "104477") == "no #."


def test_a_short_or_technical_id_is_not_hunted() -> None:
    assert found(NAME, "no 17 head brain1", "17", "head", "x") == "no 17 head brain1"


def test_a_subject_without_name_and_id_has_no_hits() -> None:
    assert Hunter(recipe("", ids=("",))).hits("anything^at all 123") == []


def test_technical_words_are_folded_words() -> None:
    assert len(technical_words()) > 500
    assert all(word == fold(word) and word.isalnum() for word in technical_words())


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_hits_are_in_order_apart_and_inside_the_text(name: str, text: str) -> None:
    text = f"{text}{name}{text}"
    position = 0
    for hit in Hunter(recipe(name, ids=(name,))).hits(text):
        assert position <= hit.start < hit.end <= len(text)
        position = hit.end
