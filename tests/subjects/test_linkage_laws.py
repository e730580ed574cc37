"""Linkage by evidence: what holds whatever the people are called."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anonledger.outcomes import LinkStatus
from anonledger.records import Person
from anonledger.subjects.claims import CLAIMED_TWICE
from anonledger.subjects.linkage import link

ACCEPTED, REVIEW = LinkStatus.ACCEPTED, LinkStatus.REVIEW

WORD = st.sampled_from(
    "jean jeanne dupont dupond martin marie maria anna rossi li j muller mueller xy".split()
)
NAME = st.lists(WORD, min_size=0, max_size=3).map(" ".join)
BIRTH = st.sampled_from(["", "19700403", "19700304", "19800101"])
FIELDS = st.tuples(NAME, BIRTH, st.sampled_from(["", "M", "F"]), st.sampled_from(["", "A7", "KX-20417"]))


def person(number: int, name: str, birth: str, sex: str, id_: str) -> Person:
    return Person(number, (name,), (birth,) if birth else (), sex, (id_,) if id_ else (), (number,))


PEOPLE = st.lists(FIELDS, max_size=7).map(
    lambda found: [person(number, *fields) for number, fields in enumerate(found, start=1)]
)


@given(PEOPLE, PEOPLE, st.randoms())
def test_the_order_of_both_sides_does_not_matter(
    patients: list[Person], people: list[Person], random: Random
) -> None:
    links = link(patients, people)
    for side in (patients, people):
        random.shuffle(side)
    assert link(patients, people) == links
    assert [found.person for found in links] == sorted(p.key for p in patients)
    accepted = [found.rows for found in links if found.status is ACCEPTED]
    assert len(accepted) == len(set(accepted)) and all(accepted)
    assert not any(found.rows for found in links if found.status is not ACCEPTED)


@settings(max_examples=500)
@given(PEOPLE, PEOPLE.filter(bool), FIELDS)
def test_a_stranger_in_the_table_turns_no_review_into_an_accepted_link_to_another_row(
    patients: list[Person], people: list[Person], stranger: tuple[str, str, str, str]
) -> None:
    # A number that no patient has, else it is no stranger's; two who claimed one row may be told apart by it.
    assume(not stranger[3] or all(stranger[3] not in patient.ids for patient in patients))
    before = link(patients, people)
    after = link(patients, [*people, person(99, *stranger)])
    for first, then in zip(before, after, strict=True):
        if first.status is REVIEW and CLAIMED_TWICE not in first.reasons and then.status is ACCEPTED:
            # One more row makes words and dates a little rarer: what was all but certain may cross.
            assert then.rows == (99,) or first.score > 0.95
