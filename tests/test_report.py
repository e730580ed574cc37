"""The report: totals add up, the worst outcome decides the exit code, and nobody is named."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from anonledger.outcomes import DropReason, ExitCode, LinkStatus, QuarantineReason
from anonledger.report import Report, Tally, as_rows, exit_code, lines

counts = st.integers(0, 5000)
tallies = st.builds(Tally, counts, counts, counts, counts)
reports = st.builds(
    Report,
    archives=counts,
    instances=tallies,
    others=tallies,
    dropped=st.dictionaries(st.sampled_from(DropReason), counts).map(Counter),
    quarantined_new=st.dictionaries(st.sampled_from(QuarantineReason), counts).map(Counter),
    quarantined_still=st.dictionaries(st.sampled_from(QuarantineReason), counts).map(Counter),
    links=st.dictionaries(st.sampled_from(LinkStatus), counts).map(Counter),
)
EXAMPLE = Report(
    found=1_234,
    archives=2,
    instances=Tally(published=1_200, unchanged=3, duplicates=1),
    dropped=Counter({DropReason.DICOMDIR: 1, DropReason.FILE_TYPE: 20}),
    quarantined_new=Counter({QuarantineReason.TRUNCATED: 1}),
    quarantined_still=Counter({QuarantineReason.TRUNCATED: 2, QuarantineReason.NOT_DICOM: 4}),
    subjects_new=7,
    links=Counter({LinkStatus.ACCEPTED: 6, LinkStatus.REVIEW: 1}),
)


def test_what_happened_is_said_and_what_did_not_is_not() -> None:
    assert lines(EXAMPLE) == (
        "Sources: 1,234 found.",
        "Instances: 1,200 published, 3 unchanged, 1 of the same bytes as another.",
        "Archives: 2 looked into.",
        "Left out: 20 by file type, 1 DICOMDIR.",
        "Quarantined: 4 named as DICOM but is not, 3 ends in the middle of an element (1 new in this run).",
        "Patients: 7 new.",
        "Demographics of patients: 6 linked, 1 for review.",
    )
    assert lines(Report()) == ("Sources: 0 found.",)


def test_the_totals_of_the_example_add_up() -> None:
    assert EXAMPLE.accounted == EXAMPLE.found


@given(reports)
def test_every_row_that_is_a_source_counts_once(report: Report) -> None:
    elsewhere = {"subjects", "links", "demographics"}
    rows = [row for row in as_rows(report) if row[0] not in elsewhere and row[1] not in ("found", "gone")]
    assert sum(count for *_, count in rows) == report.accounted
    assert [row[:2] for row in as_rows(report)] == [row[:2] for row in as_rows(Report())]


@given(reports)
def test_files_held_back_come_before_matches_to_review(report: Report) -> None:
    match exit_code(report):
        case ExitCode.QUARANTINED:
            assert report.quarantined.total()
        case ExitCode.REVIEW:
            assert report.links[LinkStatus.REVIEW] and not report.quarantined.total()
        case code:
            assert code is ExitCode.DONE
            assert not report.links[LinkStatus.REVIEW] and not report.quarantined.total()
