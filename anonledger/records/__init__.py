"""What the rooms hand to each other: frozen, slotted, picklable records.

Owns: identifying fields never show in a repr, so they cannot leak into a log or a traceback.
"""

from anonledger.records.answers import (
    CurrentOutput,
    Decided,
    MappingRow,
    MatchRow,
    PlanRow,
    QuarantineRow,
    RunSummary,
    StatusCounts,
    UnusedRow,
)
from anonledger.records.people import Cluster, ColumnUse, Identity, Link, Person, Subject, Table
from anonledger.records.sources import (
    Evidence,
    Examined,
    Found,
    Header,
    Inspected,
    KnownSource,
    Location,
    SourceCount,
    escaped,
)
from anonledger.records.work import (
    Job,
    Output,
    Placement,
    Recipe,
    Roster,
    Rule,
    Rules,
    Stranger,
    Verdict,
    Waiver,
)

__all__ = [
    "Cluster",
    "ColumnUse",
    "CurrentOutput",
    "Decided",
    "Evidence",
    "Examined",
    "Found",
    "Header",
    "Identity",
    "Inspected",
    "Job",
    "KnownSource",
    "Link",
    "Location",
    "MappingRow",
    "MatchRow",
    "Output",
    "Person",
    "Placement",
    "PlanRow",
    "QuarantineRow",
    "Recipe",
    "Roster",
    "Rule",
    "Rules",
    "RunSummary",
    "SourceCount",
    "StatusCounts",
    "Stranger",
    "Subject",
    "Table",
    "UnusedRow",
    "Verdict",
    "Waiver",
    "escaped",
]
