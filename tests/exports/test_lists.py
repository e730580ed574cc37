"""The lists of the private folder: columns as declared, the same bytes in whatever order rows come."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest

from anonledger.exports import (
    ExportTable,
    mapping,
    matches,
    missing_private,
    missing_shareable,
    quarantine,
    to_csv,
)
from anonledger.outcomes import LinkMethod, LinkStatus, QuarantineReason
from anonledger.records import Evidence, Link, MappingRow, MatchRow, QuarantineRow, UnusedRow

JANE = Evidence("HOSP", "1001", "Roe^Jane", "19700102", "F", ("Poe^Jane", "A|7"))
JANE_AGAIN = Evidence("", "1001", "ROE^JANE", "", "F")
MAX = Evidence("", "1002", "Muster^Max", "19800304", "M")

MAPPING = [MappingRow("subj_b", MAX), MappingRow("subj_a", JANE), MappingRow("subj_a", JANE_AGAIN)]
MATCHES = [
    MatchRow("subj_c", MAX, "t.csv", Link(3, LinkStatus.MISSING, LinkMethod.NONE, 0.0)),
    MatchRow(
        "subj_b", JANE, "t.csv", Link(2, LinkStatus.REVIEW, LinkMethod.FUZZY, 0.875, (), (4, 12), ("near",))
    ),
    MatchRow("subj_a", JANE, "t.csv", Link(1, LinkStatus.ACCEPTED, LinkMethod.EXACT, 1.0, (2, 3))),
]
QUARANTINE = [
    QuarantineRow("b.dcm", "", "", QuarantineReason.UNREADABLE, "", 2, 1),
    QuarantineRow("a.zip", "x.dcm", "0" * 64, QuarantineReason.RESIDUE, "(0008,0090)", 10, 12),
    QuarantineRow("a.zip", "x.dcm", "0" * 64, QuarantineReason.RESIDUE, "(0008,0090)", 9, 4),
]


def test_the_mapping_has_a_line_for_each_spelling() -> None:
    assert to_csv(mapping(MAPPING)).decode() == (
        "pseudonym,patient_name,patient_id,issuer_of_patient_id,birth_date,sex,other_identifiers\n"
        "subj_a,ROE^JANE,1001,,,F,\n"
        "subj_a,Roe^Jane,1001,HOSP,19700102,F,Poe^Jane|A\\|7\n"
        "subj_b,Muster^Max,1002,,19800304,M,\n"
    )


def test_the_matches_show_rows_candidates_and_reasons() -> None:
    assert to_csv(matches(MATCHES)).decode() == (
        "pseudonym,patient_id,patient_name,birth_date,status,table,row,score,candidates,reasons\n"
        "subj_a,1001,Roe^Jane,19700102,accepted,t.csv,2|3,1.0000,,\n"
        "subj_b,1001,Roe^Jane,19700102,review,t.csv,,0.8750,4|12,near\n"
        "subj_c,1002,Muster^Max,19800304,missing,t.csv,,0.0000,,\n"
    )


def test_who_is_missing_is_named_in_private_only() -> None:
    assert to_csv(missing_private(MATCHES)).decode() == (
        "pseudonym,patient_name,patient_id,birth_date,status\n"
        "subj_b,Roe^Jane,1001,19700102,review\n"
        "subj_c,Muster^Max,1002,19800304,missing\n"
    )
    shareable = missing_shareable(MATCHES)
    assert to_csv(shareable) == b"pseudonym\nsubj_b\nsubj_c\n"
    assert not shareable.private


def test_rows_that_belong_to_nobody_stand_behind_the_patients_by_number() -> None:
    unused = [UnusedRow(10, "Lima, Ana"), UnusedRow(9, "Noe, Tim")]
    assert to_csv(missing_private(MATCHES[:1], unused)).decode() == (
        "pseudonym,patient_name,patient_id,birth_date,status,row\n"
        "subj_c,Muster^Max,1002,19800304,missing,\n"
        ',"Noe, Tim",,,unused row,9\n'
        ',"Lima, Ana",,,unused row,10\n'
    )


def test_the_quarantine_says_where_why_and_since_when() -> None:
    assert to_csv(quarantine(QUARANTINE)).decode() == (
        "path,member,sha256,reason,where,since_run,id\n"
        f'a.zip,x.dcm,{"0" * 64},identifier left after cleaning,"(0008,0090)",9,4\n'
        f'a.zip,x.dcm,{"0" * 64},identifier left after cleaning,"(0008,0090)",10,12\n'
        "b.dcm,,,cannot be read,,2,1\n"
    )


@pytest.mark.parametrize(
    ("export", "rows"),
    [(mapping, MAPPING), (matches, MATCHES), (missing_private, MATCHES), (quarantine, QUARANTINE)],
)
def test_the_order_of_the_rows_and_repetitions_make_no_difference(
    export: Callable[[Sequence[Any]], ExportTable], rows: list[Any]
) -> None:
    assert len({to_csv(export([*order, order[0]])) for order in permutations(rows)}) == 1
    assert export(rows).private
