"""Linkage by distance: who is accepted, who is for review, who is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.distance import link_by_distance as link

ACCEPTED, REVIEW, MISSING = LinkStatus.ACCEPTED, LinkStatus.REVIEW, LinkStatus.MISSING


def row(number: int, name: str, birth: str = "", id_: str = "", sex: str = "") -> Person:
    return Person(number, (name,), (birth,), sex, (id_,) if id_ else (), (number,))


def only(patient: str, *people: Person, birth: str = "", id_: str = "", sex: str = "") -> Link:
    (found,) = link([row(99, patient, birth, id_, sex)], people, 0.2, 0.1)
    return found


def test_the_same_name_in_another_order_is_accepted() -> None:
    found = only("HANÇER^PINAR", row(1, "Pınar Hancer"), row(2, "Ayse Hancer"))
    assert (found.status, found.method, found.score, found.rows) == (ACCEPTED, LinkMethod.EXACT, 1.0, (1,))


def test_every_spelling_and_group_counts() -> None:
    patient = Person(1, ("Yamada^Tarou=山田^太郎", "YAMADA"))
    assert link([patient], [row(1, "太郎 山田"), row(2, "鈴木 花子")], 0.2, 0.1)[0].rows == (1,)


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
    assert only(cut, row(1, "Ludwig Wittgenstein")).reasons == ("a name is shortened",)
    assert only(cut, row(1, "Ludwig Wittgenstein", "18890426"), birth="18890426").rows == (1,)
    assert only("WITTGENSTEIN^LU", row(1, "Ludwig Wittgenstein")).status is MISSING


def test_homonyms_are_decided_by_birth_date_or_id_and_never_guessed() -> None:
    people = (row(1, "Jean Dupont", "19700403", "A7"), row(2, "DUPONT JEAN", "19800101", "A8"))
    assert only("DUPONT^JEAN", *people).candidates == (1, 2)
    assert only("DUPONT^JEAN", *people).status is REVIEW
    assert only("DUPONT^JEAN", *people, birth="19800101").rows == (2,)
    assert only("DUPONT^JEAN", *people, id_="a7").rows == (1,)
    assert only("DUPONT^JEAN", *people, id_="a7", birth="19800101").status is REVIEW


def test_two_rows_equally_near_go_to_review() -> None:
    found = only("DUPONG^JEAN", row(1, "Jean Dupont"), row(2, "Jean Dupond"))
    assert (found.status, found.rows, set(found.candidates)) == (REVIEW, (), {1, 2})
    assert (
        link([row(9, "DUPONG^JEAN")], [row(1, "Jean Dupont"), row(2, "Jean Dupond")], 0.2, 0)[0].status
        is REVIEW
    )


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("birth date differs", {"birth": "19700403"}, {"birth": "19700404"}),
        ("sex differs", {"sex": "M"}, {"sex": "F"}),
    ],
)
def test_a_field_that_differs_sends_an_equal_name_to_review(
    field: str, mine: dict[str, str], theirs: dict[str, str]
) -> None:
    found = only("DUPONT^JEAN", row(1, "Jean Dupont", **theirs), **mine)
    assert (found.status, found.candidates, found.reasons) == (REVIEW, (1,), (field,))


def test_ids_speak_only_when_both_sides_share_a_numbering() -> None:
    people = [row(1, "Jean Dupont", id_="A7"), row(2, "Anna Rossi", id_="A8")]
    assert only("DUPONT^JEAN", *people, id_="H555").status is ACCEPTED
    found = link([row(1, "DUPONT^JEAN", id_="H555"), row(2, "ROSSI^ANNA", id_="A8")], people, 0.2, 0.1)
    assert [f.reasons for f in found] == [("patient ID differs",), ("names equal", "patient ID equal")]


def test_strangers_and_the_nameless_are_missing() -> None:
    for patient in ("NGUYEN^LINH", "ANONYMOUS", "", "DUPONT^PIERRE"):
        assert only(patient, row(1, "Jean Dupont"), row(2, "XXX")).status is MISSING
    assert link([row(1, "DUPONT^JEAN")], [], 0.2, 0.1)[0].status is MISSING


def test_two_patients_who_claim_one_row_go_to_review() -> None:
    people = [row(1, "Jean Dupont", "19700403")]
    claims = [row(1, "DUPONT^JEAN"), row(2, "DUPOND^JEAN")]
    assert {found.status for found in link(claims, people, 0.2, 0.1)} == {REVIEW}
    claims[0] = row(1, "DUPONT^JEAN", "19700403")
    assert [found.status for found in link(claims, people, 0.2, 0.1)] == [ACCEPTED, REVIEW]


def test_all_rows_of_a_person_are_linked() -> None:
    person = Person(2, ("Jean Dupont",), rows=(2, 5))
    assert only("DUPONT^JEAN", person, row(3, "Anna Rossi")).rows == (2, 5)


WORD = st.sampled_from("jean jeanne dupont dupond martin marie anna rossi li j muller mueller".split())
NAME = st.lists(WORD, min_size=0, max_size=3).map(" ".join)
BIRTH = st.sampled_from(["", "19700403", "19800101"])
PEOPLE = st.lists(st.tuples(NAME, BIRTH, st.sampled_from(["", "A7", "A8"])), max_size=7).map(
    lambda found: [row(i, *fields) for i, fields in enumerate(found, start=1)]
)


@given(PEOPLE, PEOPLE, st.randoms())
def test_the_order_of_both_sides_does_not_matter(
    patients: list[Person], people: list[Person], random: object
) -> None:
    links = link(patients, people, 0.2, 0.1)
    for side in (patients, people):
        random.shuffle(side)  # type: ignore[attr-defined]
    assert link(patients, people, 0.2, 0.1) == links
    assert [found.person for found in links] == sorted(p.key for p in patients)
    accepted = [found.rows for found in links if found.status is ACCEPTED]
    assert len(accepted) == len(set(accepted)) and all(accepted)
    assert not any(found.rows for found in links if found.status is not ACCEPTED)


def unnamed(patient_id: str, birth_date: str = "") -> Person:
    return Person(0, (), (birth_date,) if birth_date else (), "", (patient_id,))


def test_a_patient_without_a_name_is_found_by_a_telling_id() -> None:
    rows = [
        Person(1, ("Ada Brandt",), ("19700102",), "F", ("KX-20417",), (1,)),
        Person(2, ("Bo Lind",), rows=(2,)),
    ]
    (found,) = link([unnamed("KX-20417")], rows, 0.2, 0.1)
    assert (found.status, found.rows) == (LinkStatus.ACCEPTED, (1,))
    assert "patient ID equal" in found.reasons


def test_a_patient_without_a_name_is_not_guessed_by_a_short_id() -> None:
    rows = [Person(1, ("Ada Brandt",), ("19700102",), "F", ("17",), (1,))]
    assert link([unnamed("17")], rows, 0.2, 0.1)[0].status is LinkStatus.REVIEW
    assert link([unnamed("17", "19700102")], rows, 0.2, 0.1)[0].status is LinkStatus.ACCEPTED
    assert link([unnamed("17", "19710102")], rows, 0.2, 0.1)[0].status is LinkStatus.REVIEW
    assert link([unnamed("18")], rows, 0.2, 0.1)[0].status is LinkStatus.MISSING
