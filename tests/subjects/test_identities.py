"""Identities: who is one patient, and who is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.records import Cluster, Evidence, Identity
from anonledger.subjects.identities import resolve

FIELDS = st.sampled_from
EVIDENCE = st.builds(
    Evidence,
    issuer=FIELDS(["", "", "A", "B"]),
    patient_id=FIELDS(["", "P2", "P3", "0"]),
    name=FIELDS(["", "DUPONT^JEAN", "Dupont^Jeanne", "MARTIN^JEAN", "D J", "Li^Wei", "ANON", "Dupond^Marc"]),
    birth_date=FIELDS(["", "19700403", "19800101", "***"]),
    sex=FIELDS(["", "M", "F"]),
    scope=FIELDS(["", "1.2.3", "1.2.4"]),
)


def ids_apart(clusters: tuple[Cluster, ...]) -> list[set[str]]:
    return [{e.patient_id for e in cluster.evidence} for cluster in clusters]


def one(*evidence: Evidence) -> Cluster:
    (cluster,) = resolve((), evidence)
    return cluster


def test_one_id_with_names_that_fit_is_one_patient() -> None:
    for other in ["Dupont, Jean", "JEAN", "DUPOND^J", "ANONYMOUS", "", "D^J"]:
        assert not one(Evidence("", "P2", "DUPONT^JEAN"), Evidence("", "p2 ", other)).doubts


def test_one_id_with_strange_names_is_two_patients_and_a_doubt() -> None:
    clusters = resolve((), [Evidence("", "P2", "DUPONT^JEAN", "19700403"), Evidence("", "P2", "ROSSI^ANNA")])
    assert len(clusters) == 2
    assert all(c.doubts == ("one patient ID with names that have nothing in common",) for c in clusters)
    assert len(resolve((), [Evidence("", "P2", "DE^BO"), Evidence("", "P2", "DE^PAOLA")])) == 2


def test_one_id_and_equal_birth_date_is_one_patient_whatever_the_name() -> None:
    for other in ("ROSSI^A", "MARTIN^JEANNE", "DUPONT^ANNA"):
        cluster = one(Evidence("", "P2", "DUPONT^JEANNE", "19700403"), Evidence("", "P2", other, "19700403"))
        assert cluster.doubts == ("one patient with names of which a whole word differs",)


def test_different_birth_dates_are_a_doubt() -> None:
    cluster = one(
        Evidence("", "P2", "DUPONT^JEAN", "19700403"), Evidence("", "P2", "DUPONT^JEAN", "19700404")
    )
    assert cluster.doubts == ("one patient with different birth dates",)


def test_nameless_evidence_goes_where_its_birth_date_is() -> None:
    jean, anna = Evidence("", "P2", "DUPONT^JEAN", "19700403"), Evidence("", "P2", "ROSSI^ANNA", "19800101")
    dated, bare = Evidence("", "P2", "XXX", "19800101"), Evidence("", "P2")
    found = {frozenset(c.evidence) for c in resolve((), [jean, anna, dated, bare])}
    assert found == {frozenset({jean}), frozenset({anna, dated}), frozenset({bare})}


def test_initials_of_two_namesakes_are_not_guessed() -> None:
    full = [Evidence("", "P2", "DUPONT^JEAN", "19700403"), Evidence("", "P2", "DURAND^JULIE", "19800101")]
    assert len(resolve((), [*full, Evidence("", "P2", "D^J")])) == 3


def test_two_ids_are_never_one_patient_on_names_alone() -> None:
    assert len(resolve((), [Evidence("", "P2", "DUPONT^JEAN"), Evidence("", "P3", "DUPONT^JEAN")])) == 2


@pytest.mark.parametrize(("sex", "patients"), [("M", 1), ("", 1), ("F", 2)])
def test_two_ids_are_one_patient_on_name_birth_date_and_sex(sex: str, patients: int) -> None:
    pair = [
        Evidence("", "P2", "DUPONT^JEAN", "19700403", "M"),
        Evidence("", "P3", "Jean Dupont", "19700403", sex),
    ]
    assert len(resolve((), pair)) == patients


def test_two_ids_that_are_taken_for_one_patient_are_a_doubt() -> None:
    pair = [Evidence("", number, "DUPONT^JEAN", "19700403") for number in ("P2", "P3")]
    assert one(*pair).doubts == ("one name and birth date with several patient IDs, taken for one patient",)


def test_namesakes_of_whom_the_year_of_birth_alone_is_known_stay_apart() -> None:
    first, second, bare = (Evidence("", number, "DUPONT^JEAN", "19700101") for number in ("P2", "P3", ""))
    assert len(resolve((), [first, second])) == 2
    assert len(resolve((), [first, bare])) == 1
    clusters = resolve((), [first, second, bare])
    assert [cluster.doubts for cluster in clusters if cluster.evidence == (bare,)] == [
        ("a name without patient ID and birth date that several patients bear",)
    ]
    assert len(clusters) == 3


def test_issuers_keep_equal_ids_apart() -> None:
    a, b, none = (Evidence(issuer, "P2", "DUPONT^JEAN") for issuer in ("A", "B", ""))
    assert len(resolve((), [a, b])) == 2
    assert len(resolve((), [a, none])) == 1
    assert len(resolve((), [a, b, none])) == 3


def test_placeholder_ids_are_no_evidence() -> None:
    assert len(resolve((), [Evidence("", "0", "DUPONT^JEAN"), Evidence("", "0", "ROSSI^ANNA")])) == 2


def test_a_name_without_id_goes_to_its_only_bearer() -> None:
    bearer, bare = Evidence("", "P2", "DUPONT^JEAN", "19700403"), Evidence("", "", "Jean Dupont")
    assert not one(bearer, bare).doubts
    namesake = Evidence("", "P3", "DUPONT^JEAN", "19800101")
    clusters = resolve((), [bearer, bare, namesake])
    assert len(clusters) == 3
    assert [c.doubts for c in clusters if c.evidence == (bare,)] == [
        ("a name without patient ID and birth date that several patients bear",)
    ]


def test_without_name_and_id_a_study_is_a_patient() -> None:
    evidence = [Evidence(scope="1.2.3"), Evidence(name="ANON", scope="1.2.3"), Evidence(scope="1.2.4")]
    assert sorted(len(c.evidence) for c in resolve((), evidence)) == [1, 2]


def test_known_subjects_stay_apart_and_new_evidence_goes_to_its_id() -> None:
    known = [
        Identity(1, Evidence("", "P2", "DUPONT^JEAN", "19700403"), 7),
        Identity(2, Evidence("", "P3", "DUPONT^JEAN", "19700403"), 5),
    ]
    new = Evidence("", "P2", "Dupont Jean", "19700403")
    clusters = {c.subject: c for c in resolve(known, [new])}
    assert new in clusters[7].evidence and clusters.keys() == {5, 7}
    assert all("two known patients that look like one" in c.doubts for c in clusters.values())


@given(st.lists(EVIDENCE, max_size=8), st.randoms())
def test_the_order_of_evidence_does_not_matter(evidence: list[Evidence], random: object) -> None:
    shuffled = evidence[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    clusters = resolve((), evidence)
    assert resolve((), shuffled) == clusters
    assert sorted(map(hash, (e for c in clusters for e in c.evidence))) == sorted(map(hash, set(evidence)))


@given(st.lists(EVIDENCE, max_size=6), st.lists(EVIDENCE, max_size=6))
def test_what_is_known_never_changes_its_subject(first: list[Evidence], second: list[Evidence]) -> None:
    known = [
        Identity(i, e, number)
        for number, cluster in enumerate(resolve((), first), start=1)
        for i, e in enumerate(cluster.evidence)
    ]
    clusters = resolve(known, second)
    for identity in known:
        assert [c.subject for c in clusters if identity.evidence in c.evidence] == [identity.subject]
    assert len({c.subject for c in clusters if c.subject}) == len({k.subject for k in known})


@given(st.lists(EVIDENCE, max_size=8))
def test_doubts_hold_no_identifier(evidence: list[Evidence]) -> None:
    said = " ".join(d for c in resolve((), evidence) for d in c.doubts).lower()
    assert not any(word in said for word in ("dupon", "jean", "martin", "p2", "1970"))


def test_ten_thousand_patients_resolve_without_comparing_all_with_all() -> None:
    evidence = [Evidence("", f"ID{i % 10000}", f"NAME{i % 10000}^ANNA", "19700403") for i in range(20000)]
    assert len(resolve((), evidence)) == 10000


def test_half_a_name_and_a_newborn_s_are_nobody_s_across_ids() -> None:
    for name in ("Halvorsen^R", "Wang", "H^R", "Olsen^Baby Boy"):
        assert (
            len(
                resolve(
                    [], [Evidence("", "770123", name, "19800805"), Evidence("", "660456", name, "19800805")]
                )
            )
            == 2
        )
    whole = [
        Evidence("", "770123", "Halvorsen^Rolf", "19800805"),
        Evidence("", "660456", "Halvorsen^Rolf", "19800805"),
    ]
    assert len(resolve([], whole)) == 1


def test_names_that_differ_in_one_of_their_scripts_are_two_people_s() -> None:
    one, other = (
        Evidence("", "990123", "Wang^Wei=王^伟", "19800805"),
        Evidence("", "880456", "Wang^Wei=汪^薇", "19800805"),
    )
    assert len(resolve([], [one, other])) == 2


def test_one_id_of_two_people_who_share_but_a_like_surname() -> None:
    both = [
        Evidence("", "555123", "Karlsen^Eva", "20010304"),
        Evidence("", "555123", "Karlson^Tor", "19720809"),
    ]
    assert len(resolve([], both)) == 2
    assert (
        len(
            resolve(
                [],
                [
                    Evidence("", "555123", "Karlsen^Eva", "20010304"),
                    Evidence("", "555123", "Karlsen^Tor", "20010403"),
                ],
            )
        )
        == 1
    )
