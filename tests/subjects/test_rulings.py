"""What a person decided goes before linkage, and never makes it bolder."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from anonledger.outcomes import LinkMethod, LinkStatus, Ruling
from anonledger.records import Evidence, Link, Person, Ruled
from anonledger.subjects.rulings import CHOSEN, GONE, NOBODY, REFUSED, TAKEN, described, honoured, standing

ANNA, ANNE, BERT = (
    Person(1, ("Rossi, Anna",), ("19700102",), rows=(1, 4)),
    Person(2, ("Rossi, Anne",), ("19700102",), rows=(2,)),
    Person(3, ("Bert Li",), ids=("77",), rows=(3,)),
)
PEOPLE = (ANNA, ANNE, BERT)
PATIENT, OTHER = Person(0, ("ROSSI^ANNA",)), Person(1, ("Rossi^Ann",))


def review(key: int, *people: Person) -> Link:
    rows = tuple(row for person in people for row in person.rows)
    return Link(key, LinkStatus.REVIEW, LinkMethod.NONE, 0.9, (), rows, ("several rows",))


def missing(key: int, person: Person) -> Link:
    return Link(key, LinkStatus.MISSING, LinkMethod.NONE, 0.0, reasons=(f"not row {person.rows[0]}",))


def accepted(key: int, person: Person) -> Link:
    return Link(key, LinkStatus.ACCEPTED, LinkMethod.FUZZY, 0.9, person.rows, person.rows, ("names alike",))


def decided(*rulings: tuple[Ruling, Person | None], link: Link, people: tuple[Person, ...] = PEOPLE) -> Link:
    ruled = [Ruled(0, ruling, described(person) if person else Evidence()) for ruling, person in rulings]
    (found,) = honoured([PATIENT], [link], people, standing(ruled))
    return found


def test_a_chosen_row_is_accepted_with_all_rows_of_that_person() -> None:
    found = decided((Ruling.ACCEPT, ANNA), link=review(0, ANNA, ANNE))
    assert (found.status, found.method, found.rows) == (LinkStatus.ACCEPTED, LinkMethod.HUMAN, (1, 4))
    assert found.reasons == (CHOSEN,)


def test_no_row_goes_before_an_exact_link() -> None:
    found = decided((Ruling.NONE, None), link=accepted(0, ANNA))
    assert (found.status, found.rows, found.reasons) == (LinkStatus.MISSING, (), (NOBODY,))


def test_a_chosen_person_is_found_at_another_row_and_in_another_spelling() -> None:
    moved = Person(9, ("ANNA  ROSSI",), ("19700102",), rows=(9,))
    assert decided((Ruling.ACCEPT, ANNA), link=review(0, ANNE), people=(ANNE, moved)).rows == (9,)


def test_a_decision_sleeps_when_its_row_is_gone_and_nothing_is_accepted_instead() -> None:
    for link in (accepted(0, ANNE), review(0, ANNE)):
        found = decided((Ruling.ACCEPT, ANNA), link=link, people=(ANNE, BERT))
        assert (found.status, found.rows, found.reasons[0]) == (LinkStatus.REVIEW, (), GONE)
    nobody = Link(0, LinkStatus.MISSING, LinkMethod.NONE, 0.0, reasons=("no name",))
    assert decided((Ruling.ACCEPT, ANNA), link=nobody, people=(BERT,)).status is LinkStatus.MISSING


def test_a_corrected_row_is_another_one() -> None:
    corrected = Person(1, ANNA.names, ("19710102",), rows=(1,))
    assert decided((Ruling.ACCEPT, ANNA), link=review(0, corrected), people=(corrected,)).reasons[0] == GONE


def test_refused_rows_are_no_candidates_and_the_last_one_left_is_not_accepted_for_that() -> None:
    found = decided((Ruling.REJECT, ANNA), link=review(0, ANNA, ANNE))
    assert (found.status, found.candidates, found.reasons[0]) == (LinkStatus.REVIEW, (2,), REFUSED)
    assert decided((Ruling.REJECT, ANNA), link=accepted(0, ANNA)).status is LinkStatus.MISSING


def test_the_later_decision_counts_and_undo_clears_all() -> None:
    link = review(0, ANNA, ANNE)
    accept, reject, none = (Ruling.ACCEPT, ANNA), (Ruling.REJECT, ANNA), (Ruling.NONE, None)
    assert decided(none, accept, link=link).rows == (1, 4)
    assert decided(accept, none, link=link).status is LinkStatus.MISSING
    assert decided(accept, reject, link=link).candidates == (2,)
    assert decided(reject, accept, link=link).rows == (1, 4)
    assert decided(accept, reject, none, (Ruling.UNDO, None), link=link) == link


def test_whom_linkage_gave_a_row_that_a_person_gave_to_another_waits() -> None:
    ruled = standing([Ruled(0, Ruling.ACCEPT, described(ANNA))])
    first, second = honoured([PATIENT, OTHER], [accepted(1, ANNA)], PEOPLE, ruled)
    assert first.method is LinkMethod.HUMAN
    assert (second.status, second.rows, second.reasons[0]) == (LinkStatus.REVIEW, (), TAKEN)


def test_a_row_that_comes_later_under_the_bare_name_was_not_decided_on() -> None:
    seen, two = Person(5, ("Ada Berg",), rows=(5,)), Person(5, ("Ada Berg",), rows=(5, 6))
    ruled = standing([Ruled(0, Ruling.ACCEPT, described(seen), rows=1)])
    (kept,) = honoured([PATIENT], [missing(0, seen)], [seen], ruled)
    assert (kept.status, kept.rows) == (LinkStatus.ACCEPTED, (5,))
    (found,) = honoured([PATIENT], [review(0, two)], [two], ruled)
    assert (found.status, found.rows, found.reasons[0]) == (LinkStatus.REVIEW, (), GONE)


PERSONS = st.sampled_from(PEOPLE)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Ruling), PERSONS), max_size=8),
    st.lists(st.tuples(st.sampled_from(["accepted", "review", "missing"]), PERSONS), min_size=4, max_size=4),
    st.permutations(PEOPLE),
)
def test_decisions_accept_nothing_but_what_a_person_or_linkage_accepted(
    rulings: list[tuple[int, Ruling, Person]], links: list[tuple[str, Person]], people: list[Person]
) -> None:
    patients = [Person(key, ("x",)) for key in range(4)]
    made: dict[str, Callable[[int, Person], Link]] = {
        "accepted": accepted,
        "review": review,
        "missing": missing,
    }
    before = [made[kind](key, person) for key, (kind, person) in enumerate(links)]
    held = standing(Ruled(key, ruling, described(person)) for key, ruling, person in rulings)
    after = honoured(patients, before, people, held)
    assert [one.person for one in after] == [0, 1, 2, 3]
    for one, was in zip(after, before, strict=True):
        if one.status is LinkStatus.ACCEPTED and one.method is not LinkMethod.HUMAN:
            assert one == was
        if one.method is LinkMethod.HUMAN and one.rows:
            chosen = held[one.person].chosen
            assert chosen is not None and chosen.name in {p.names[0] for p in PEOPLE if p.rows == one.rows}
