"""Linkage by evidence: who is accepted, who is for review, who is missing, and why."""

import pytest

from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.linkage import link

ACCEPTED, REVIEW, MISSING = LinkStatus.ACCEPTED, LinkStatus.REVIEW, LinkStatus.MISSING


def row(number: int, name: str, birth: str = "", id_: str = "", sex: str = "") -> Person:
    return Person(number, (name,), (birth,), sex, (id_,) if id_ else (), (number,))


def only(patient: str, *people: Person, birth: str = "", id_: str = "", sex: str = "") -> Link:
    (found,) = link([row(99, patient, birth, id_, sex)], people)
    return found


def test_the_same_name_in_another_order_is_accepted() -> None:
    found = only("HANÇER^PINAR", row(1, "Pınar Hancer"), row(2, "Ayse Hancer"))
    assert (found.status, found.method, found.rows) == (ACCEPTED, LinkMethod.EXACT, (1,))
    assert found.score > 0.99


def test_every_spelling_and_group_counts() -> None:
    patient = Person(1, ("Yamada^Tarou=山田^太郎", "YAMADA"))
    assert link([patient], [row(1, "太郎 山田"), row(2, "鈴木 花子")])[0].rows == (1,)


@pytest.mark.parametrize("patient", ["DUPOND^JEAN", "DUPONT^JEAN^PAUL", "Müller^Hans-Peter"])
def test_a_near_name_is_accepted_when_nobody_else_is_near(patient: str) -> None:
    found = only(patient, row(1, "Jean Dupont"), row(2, "Anna Rossi"), row(3, "Hans Peter Mueller"))
    assert (found.status, found.method) == (ACCEPTED, LinkMethod.FUZZY)
    assert 0.8 <= found.score < 1


@pytest.mark.parametrize(
    ("patient", "other"),
    [
        ("MARTIN^JEAN", "MARTIN^JEANNE"),
        ("MARTIN^LOUIS", "Louise Martin"),
        ("LEROY^PAUL", "LEROY^PAULE"),
        ("DUPONT^J", "Jean Dupont"),
        ("DUPONT", "Jean Dupont"),
    ],
)
def test_a_name_that_only_begins_alike_is_never_accepted(patient: str, other: str) -> None:
    for one, two in ((patient, other), (other, patient)):
        assert only(one, row(1, two)).status is REVIEW
        assert only(one, row(1, two)).candidates == (1,)


def test_an_initial_is_enough_with_an_equal_birth_date_but_twins_are_not() -> None:
    assert only("DUPONT^J", row(1, "Jean Dupont", "19700403"), birth="19700403").status is ACCEPTED
    assert only("DUPONT^JEAN", row(1, "Jeanne Dupont", "19700403"), birth="19700403").status is REVIEW


def test_only_a_cut_at_the_limit_of_a_field_counts_as_shortened() -> None:
    cut = "WITTGENSTEIN^LUD"
    assert len(cut) == 16
    assert "given name cut off" in only(cut, row(1, "Ludwig Wittgenstein")).reasons
    assert only(cut, row(1, "Ludwig Wittgenstein")).status is REVIEW
    assert only(cut, row(1, "Ludwig Wittgenstein", "18890426"), birth="18890426").rows == (1,)
    assert only("WITTGENSTEIN^LU", row(1, "Ludwig Wittgenstein")).rows == ()


def test_homonyms_are_decided_by_birth_date_or_id_and_never_guessed() -> None:
    people = (row(1, "Jean Dupont", "19700403", "A7"), row(2, "DUPONT JEAN", "19800101", "A8"))
    assert only("DUPONT^JEAN", *people).candidates == (1, 2)
    assert only("DUPONT^JEAN", *people).status is REVIEW
    assert only("DUPONT^JEAN", *people, birth="19800101").rows == (2,)
    assert only("DUPONT^JEAN", *people, id_="a7").rows == (1,)
    assert only("DUPONT^JEAN", *people, id_="a7", birth="19800101").status is REVIEW


def test_a_row_that_agrees_in_a_field_where_the_best_does_not_sends_it_to_review() -> None:
    known = row(2, "Jeanne Dupont", "19700403")
    assert only("DUPONT^JEANNE", known, birth="19700304").status is ACCEPTED
    found = only("DUPONT^JEANNE", known, row(1, "Jeanne Dupond", "19700304"), birth="19700304")
    assert found.status is REVIEW and set(found.candidates) == {1, 2}
    nameless = Person(3, (), (), "", ("HX204417",), (3,))
    assert only("DUPONT^JEANNE", nameless, id_="HX204417").status is ACCEPTED
    found = only("DUPONT^JEANNE", nameless, row(2, "Jeanne Dupont"), id_="HX204417")
    assert (found.status, "several rows fit" in found.reasons) == (REVIEW, True)


def test_sex_alone_does_not_tell_two_namesakes_apart() -> None:
    found = only("ROSSI^ANDREA", row(1, "Andrea Rossi", sex="M"), row(2, "Andrea Rossi", sex="F"), sex="M")
    assert (found.status, found.candidates) == (REVIEW, (1, 2))


def test_an_id_without_its_zeros_is_the_same_id() -> None:
    assert "patient ID equal" in only("ROSSI^ANNA", row(1, "Anna Rossi", id_="20417"), id_="0020417").reasons


def test_two_rows_equally_near_go_to_review() -> None:
    found = only("DUPONG^JEAN", row(1, "Jean Dupont"), row(2, "Jean Dupond"))
    assert (found.status, found.rows, set(found.candidates)) == (REVIEW, (), {1, 2})
    assert link([row(9, "DUPONG^JEAN")], [row(1, "Jean Dupont"), row(2, "Jean Dupond")])[0].status is REVIEW


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("birth date differs", {"birth": "19700403"}, {"birth": "19820816"}),
        ("sex differs", {"sex": "M"}, {"sex": "F"}),
    ],
)
def test_a_field_that_differs_sends_an_equal_name_to_review(
    field: str, mine: dict[str, str], theirs: dict[str, str]
) -> None:
    found = only("DUPONT^JEAN", row(1, "Jean Dupont", **theirs), **mine)
    assert (found.status, found.candidates, found.reasons[0]) == (REVIEW, (1,), field)


@pytest.mark.parametrize("slip", ["19700304", "19700430", "19700413", "19700101"])
def test_a_slip_in_a_birth_date_still_speaks_for_a_row(slip: str) -> None:
    found = only("DUPONT^JEAN", row(1, "Jean Dupont", "19700403"), birth=slip)
    assert (found.status, found.reasons) == (ACCEPTED, ("names equal", "birth date nearly equal"))


def test_ids_speak_only_when_both_sides_share_a_numbering() -> None:
    people = [row(1, "Jean Dupont", id_="A7"), row(2, "Anna Rossi", id_="A8")]
    assert only("DUPONT^JEAN", *people, id_="H555").status is ACCEPTED
    found = link([row(1, "DUPONT^JEAN", id_="H555"), row(2, "ROSSI^ANNA", id_="A8")], people)
    assert [(f.status, f.reasons[0]) for f in found] == [
        (REVIEW, "patient ID differs"),
        (ACCEPTED, "names equal"),
    ]


def test_strangers_and_the_nameless_are_missing() -> None:
    for patient in ("NGUYEN^LINH", "ANONYMOUS", "", "MARTIN^PIERRE"):
        assert only(patient, row(1, "Jean Dupont"), row(2, "XXX")).status is MISSING
    assert link([row(1, "DUPONT^JEAN")], [])[0].status is MISSING


def test_two_patients_who_claim_one_row_go_to_review() -> None:
    people = [row(1, "Jean Dupont", "19700403")]
    claims = [row(1, "DUPONT^JEAN"), row(2, "DUPOND^JEAN")]
    assert {found.status for found in link(claims, people)} == {REVIEW}
    claims[0] = row(1, "DUPONT^JEAN", "19700403")
    assert [found.status for found in link(claims, people)] == [ACCEPTED, REVIEW]


def test_all_rows_of_a_person_are_linked() -> None:
    person = Person(2, ("Jean Dupont",), rows=(2, 5))
    assert only("DUPONT^JEAN", person, row(3, "Anna Rossi")).rows == (2, 5)


def unnamed(patient_id: str, birth_date: str = "") -> Person:
    return Person(0, (), (birth_date,) if birth_date else (), "", (patient_id,))


def test_a_patient_without_a_name_is_found_by_a_telling_id() -> None:
    rows = [
        Person(1, ("Ada Brandt",), ("19700102",), "F", ("KX-20417",), (1,)),
        Person(2, ("Bo Lind",), rows=(2,)),
    ]
    (found,) = link([unnamed("KX-20417")], rows)
    assert (found.status, found.rows) == (LinkStatus.ACCEPTED, (1,))
    assert "patient ID equal" in found.reasons


def test_a_patient_without_a_name_is_not_guessed_by_a_short_id() -> None:
    rows = [Person(1, ("Ada Brandt",), ("19700102",), "F", ("17",), (1,))]
    assert link([unnamed("17")], rows)[0].status is LinkStatus.REVIEW
    assert link([unnamed("17", "19700102")], rows)[0].status is LinkStatus.ACCEPTED
    assert link([unnamed("17", "19710102")], rows)[0].status is LinkStatus.REVIEW
    assert link([unnamed("18")], rows)[0].status is LinkStatus.MISSING


def test_a_sibling_is_never_accepted() -> None:
    for other in ("DUPONT^PIERRE", "DUPONT^JEANNE", "DUPOND^JEANNE"):
        for birth in ("", "19700403", "19720816"):
            assert only(other, row(1, "Jean Dupont", "19700403"), birth=birth).status is not ACCEPTED


def test_the_reasons_say_what_agrees_and_how_far() -> None:
    found = only("DUPONT^JEANN", row(1, "Jean Dupont", "19700403"), birth="19700403")
    assert found.reasons == ("surname equal", "given name one letter off", "birth date equal")


def test_an_equal_id_outweighs_what_registries_get_wrong() -> None:
    person = row(1, "Jean Dupont", "19700403", "KX-20417", "M")
    for birth, sex in (("19820816", "M"), ("19700403", "F")):
        assert only("DUPONT^JEAN", person, birth=birth, sex=sex, id_="KX-20417").rows == (1,)
    assert only("ROSSI^ANNA", person, birth="19700403", id_="KX-20417").status is REVIEW


def test_a_rarer_name_needs_less_and_a_longer_table_asks_for_more() -> None:
    rare, common = "ZYLBERFENIG^OTTOKAR", "MARTIN^MARIE"
    filler = [row(n, f"Person{n:05d} Filler{n:05d}") for n in range(10, 3000)]
    short = [row(1, "Ottokar Zylberfenig"), row(2, "Marie Martin")]
    assert only(rare, *short).score > only(common, *short).score
    assert only(common, *short).score > only(common, *short, *filler).score
    assert only(rare, *short, *filler).status is ACCEPTED


@pytest.mark.parametrize(
    ("patient", "other"),
    [
        ("MÜLLER^JÖRG", "Mueller Joerg"),
        ("DR LEROI^Anne-Marie^^Mme", "LEROI, Anne Marie"),
        ("VAN DEN BERG^PIETER", "Berg Pieter"),
        ("MarcolReiter^Urszula", "MARCOL-REITER URSZULA JANINA"),
        ("LEFEVRE EP. LALOUX^CASSANDRA", "Cassandra Lefevre"),
        ("J?ZEFIAK^MARCEL", "Józefiak Marcel"),
        ("AGUILÃ³^DAN ANDRÃ©S", "AGUILÓ ROCHA DAN ANDRÉS"),
        ("DECLERCQ^CEDRIC", "De Clercq Cédric"),
    ],
)
def test_ways_of_writing_one_name_are_one_name(patient: str, other: str) -> None:
    assert only(patient, row(1, other), row(2, "Anna Rossi")).rows == (1,)


def test_a_birth_date_that_is_none_contradicts_when_day_and_month_exchanged_do() -> None:
    assert only("ROSSI^ANNA", row(1, "Anna Rossi", "19480221"), birth="19911707").status is REVIEW
    assert only("ROSSI^ANNA", row(1, "Anna Rossi", "19910717"), birth="19911707").status is ACCEPTED
