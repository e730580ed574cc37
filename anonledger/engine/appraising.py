"""Put what was found in a table, in sources and in their links into lines for a person.

Owns: a line names somebody only when names were asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from anonledger.engine.outcome import Settled
from anonledger.engine.policy import policy_of
from anonledger.engine.recipes import is_learnt
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import ColumnRole, DateOrder, Disposition, LinkStatus, QuarantineReason
from anonledger.records import Evidence, Link, Table
from anonledger.settings import Settings
from anonledger.subjects.appraisal import date_order, table_troubles
from anonledger.subjects.columns import column_uses
from anonledger.subjects.dialects import DELIMITER_NAMES, is_text
from anonledger.subjects.headers import is_header
from anonledger.subjects.identities import NOBODY
from anonledger.subjects.names import canonical, is_placeholder
from anonledger.subjects.people import row_name, table_people

TABLE, COLUMNS, TABLE_TROUBLE = "table", "columns", "trouble with the table"
SOURCES, SOURCE_TROUBLE = "sources", "trouble with the sources"
PATIENTS, LINKS, REASONS, PAIRS = "patients", "likely links", "reasons", "pairs"
KINDS = {
    Disposition.INSTANCE: "DICOM instances",
    Disposition.OTHER: "other files",
    Disposition.ARCHIVE: "archives",
}
MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what it is about, what was found, how much or which, and what that means."""

    about: str
    what: str = field(repr=False)
    value: str = field(repr=False)
    note: str = field(default="", repr=False)


def table_findings(table: Table, settings: Settings, *, with_names: bool) -> list[Finding]:
    """Return how a table is written, how each column would be used, and what may be trouble."""
    found = [Finding(TABLE, "format", "text" if is_text(table) else table.encoding)]
    if is_text(table):
        found.append(Finding(TABLE, "encoding", table.encoding))
        found.append(Finding(TABLE, "delimiter", DELIMITER_NAMES[table.delimiter]))
    found += [
        Finding(TABLE, "rows", str(len(table.rows))),
        Finding(TABLE, "columns", str(len(table.columns))),
        Finding(TABLE, "people", str(len(table_people(table)))),
    ]
    told = with_names or is_header(table.columns, _named(settings))
    for number, use in enumerate(column_uses(table, settings.drop_columns, settings.keep_columns)):
        called = table.columns[number] if told else f"column {number + 1}"
        read = _dates_read(table) if use.role is ColumnRole.BIRTH_DATE else ""
        fate = f"{use.fate}: {use.why}" if use.why else str(use.fate)
        found.append(Finding(COLUMNS, called, str(use.role) + read, fate))
    if not is_header(table.columns, _named(settings)):
        found.append(Finding(TABLE_TROUBLE, "the first row", "", "does not look like a header"))
    troubles = table_troubles(table, settings)
    return found + [Finding(TABLE_TROUBLE, what, str(count), note) for what, count, note in troubles]


def _named(settings: Settings) -> tuple[str, ...]:
    """Return what the user calls columns."""
    told = (settings.birthdate_column, settings.sex_column, settings.id_column)
    return (*settings.name_columns, *settings.identifier_columns, *filter(None, told))


def _dates_read(table: Table) -> str:
    order = date_order(table)
    return ", order open" if order is DateOrder.AUTO else f", {order}"


def source_findings(
    ledger: Ledger, run: int, settings: Settings, settled: Settled | None, *, with_names: bool
) -> list[Finding]:
    """Return what lies in the sources, whom it is of, and what may be trouble."""
    seen = ledger.sources_seen(run)
    found = [Finding(SOURCES, "files", str(sum(kind.count for kind in seen)))]
    for disposition, called in KINDS.items():
        count = sum(kind.count for kind in seen if kind.disposition is disposition)
        found += [Finding(SOURCES, called, str(count))] if count else []
    found += [Finding(SOURCES, "left out", str(k.count), str(k.drop)) for k in seen if k.drop is not None]
    people = _people(ledger)
    found.append(Finding(SOURCES, "patients", str(len(people))))
    if with_names and not ledger.latest_table():
        found += [
            Finding(PATIENTS, _called(people[one]), "", _numbers(people[one])) for one in _by_name(people)
        ]
    found += _held_back(ledger, run, settings)
    several = _several_names(people)
    if several:
        found.append(
            Finding(
                SOURCE_TROUBLE, "patient IDs with several names", str(several), "look at them with --names"
            )
        )
    doubts = sorted(settled.doubts.items()) if settled else ()
    found += [Finding(SOURCE_TROUBLE, what, str(count), _fate(what)) for what, count in doubts]
    return found


def _fate(doubt: str) -> str:
    return "told apart by study" if doubt == NOBODY else "listed by a run in private/doubts.csv"


def _held_back(ledger: Ledger, run: int, settings: Settings) -> list[Finding]:
    """Return the files at risk and in trouble by reason, and what the settings make of them."""
    policy = policy_of(settings, ())
    held = Counter(row.risk for row in ledger.plan_rows(run) if row.risk is not None)
    risky = set(held)
    held.update({kind.trouble: kind.count for kind in ledger.sources_seen(run) if kind.trouble is not None})

    def fate(why: QuarantineReason) -> str:
        if why in policy.left_out:
            return "left out"
        return "cleaned, the pixels stay" if why in risky - policy.refused else "held back"

    return [Finding(SOURCE_TROUBLE, str(why), str(held[why]), fate(why)) for why in sorted(held)]


def link_findings(ledger: Ledger, table: Table, settled: Settled, *, with_names: bool) -> list[Finding]:
    """Return how linkage would end, for what reasons, and with names the pairs."""
    links = settled.links
    ends = Counter(link.status for link in links.values())
    found = [Finding(LINKS, f"patients {status}", str(ends[status])) for status in LinkStatus]
    found.append(Finding(LINKS, "rows without a patient", str(settled.unused_rows)))
    reasons = Counter((link.status, reason) for link in links.values() for reason in link.reasons)
    found += [
        Finding(REASONS, str(status), str(count), reason)
        for (status, reason), count in sorted(
            reasons.items(), key=lambda item: (item[0][0], -item[1], item[0])
        )
    ]
    if with_names and links:
        people = _people(ledger)
        order = [LinkStatus.REVIEW, LinkStatus.MISSING, LinkStatus.ACCEPTED]
        for one in sorted(_by_name(people), key=lambda one: order.index(links[one].status)):
            said = "; ".join([*_rows(table, links[one]), *links[one].reasons])
            who = f"{_called(people[one])}, {_numbers(people[one])}"
            found.append(Finding(PAIRS, who, str(links[one].status), said))
    return found


def _people(ledger: Ledger) -> dict[int, list[Evidence]]:
    """Return what the DICOM says of each patient."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    present = ledger.subjects_of_instances()
    for identity in ledger.identities():
        if identity.subject in present and not is_learnt(identity.evidence):
            found[identity.subject].append(identity.evidence)
    return dict(found)


def _by_name(people: dict[int, list[Evidence]]) -> Sequence[int]:
    return sorted(people, key=lambda one: (_called(people[one]), _numbers(people[one])))


def _called(evidence: Sequence[Evidence]) -> str:
    return " | ".join(sorted({one.name for one in evidence}))


def _numbers(evidence: Sequence[Evidence]) -> str:
    said = {" ".join(filter(None, (one.patient_id, one.birth_date, one.sex))) for one in evidence}
    return " | ".join(sorted(said))


def _several_names(people: dict[int, list[Evidence]]) -> int:
    """Return how many patient IDs come with more than one name."""
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for evidence in people.values():
        for one in evidence:
            if not is_placeholder(one.patient_id) and not is_placeholder(one.name):
                names[one.issuer, one.patient_id].add(canonical(one.name))
    return sum(len(spelled) > 1 for spelled in names.values())


def _rows(table: Table, link: Link) -> list[str]:
    rows = link.rows or link.candidates[:MOST_CANDIDATES]
    columns = [c for c in (table.id_column, table.birth_date_column, table.sex_column) if c is not None]
    found = []
    for row in rows:
        cells = [row_name(table, row), *(table.rows[row - 1][column] for column in columns)]
        found.append(f"row {row}: {', '.join(filter(None, cells))}")
    return found
