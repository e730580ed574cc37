"""Between the rows of the database and the records of the program.

Owns: what goes in as a record comes out equal to it.
"""

import secrets
from typing import Any, TypeAlias

from anonledger.digests import digest
from anonledger.folding import fold
from anonledger.outcomes import LinkMethod, LinkStatus, Origin
from anonledger.records import (
    Corrected,
    Decided,
    Evidence,
    Job,
    Link,
    Location,
    Output,
    Placement,
    Ruled,
    RunSummary,
    Table,
    escaped,
)

Cells: TypeAlias = dict[str, Any]


def new_secret() -> str:
    """Return what keeps the digest of a row from being guessed: 128 random bits, gone with the row."""
    return secrets.token_hex(16)


def place_cells(location: Location) -> Cells:
    """Return the columns root, path and member of a location: text that any database can hold."""
    return {
        "root": escaped(location.root),
        "path": escaped(location.path),
        "member": location.member,
    }


def exact_cell(location: Location) -> list[str] | None:
    """Return what it takes to rebuild the location where its escaped text does not tell it."""
    plain = (escaped(location.root), escaped(location.path)) == (location.root, location.path)
    return None if plain and not location.members else [location.root, location.path, *location.members]


def location_of(row: Any) -> Location:
    """Return the location of a row that has the columns root, path and exact."""
    root, path, *members = row.exact or (row.root, row.path)
    return Location(root, path, tuple(members))


def place_path(row: Any) -> str:
    """Return the source root and the path below it of a row that has these columns, as one text."""
    return f"{row.root.rstrip('/')}/{row.path}"


def decided_of(row: Any) -> Decided:
    """Return the decision of a row of the table decision."""
    return Decided(
        quarantine=row.quarantine_id,
        digest=row.source_digest,
        reason=row.reason,
        where=row.where_,
        verdict=row.verdict,
        why=row.why,
        run=row.run_id,
    )


def evidence_digest(found: Evidence) -> str:
    """Return the digest (64 hex digits) by which evidence is known."""
    return digest(
        "evidence/1",
        found.issuer,
        found.patient_id,
        found.name,
        found.birth_date,
        found.sex,
        found.other_names,
        found.other_ids,
        found.scope,
    )


def evidence_cells(found: Evidence, origin: Origin, run: int) -> Cells:
    """Return a row of the table identity."""
    return {
        "evidence_digest": evidence_digest(found),
        "issuer": found.issuer,
        "patient_id": found.patient_id,
        "name": found.name,
        "birth_date": found.birth_date,
        "sex": found.sex,
        "other_names": list(found.other_names),
        "other_ids": list(found.other_ids),
        "scope": found.scope,
        "normalized": fold(found.name),
        "origin": origin,
        "run_id": run,
    }


def evidence_of(row: Any) -> Evidence:
    """Return the evidence of a row that has the columns of identity."""
    who = (row.issuer, row.patient_id, row.name, row.birth_date, row.sex)
    return Evidence(*who, tuple(row.other_names), tuple(row.other_ids), row.scope)


def link_of(row: Any) -> Link:
    """Return the link of a row of the table link; its person is the subject's id."""
    return Link(
        row.subject_id,
        row.status,
        row.method,
        row.score,
        tuple(row.rows),
        tuple(row.candidates),
        tuple(row.reasons),
    )


def table_cells(table: Table, run: int) -> Cells:
    """Return a row of demographic_table: the table without its rows."""
    return {
        "digest": table.digest,
        "name": table.source_name,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "columns": list(table.columns),
        "name_columns": list(table.name_columns),
        "birth_date_column": table.birth_date_column,
        "sex_column": table.sex_column,
        "id_column": table.id_column,
        "identifier_columns": list(table.identifier_columns),
        "date_order": table.date_order,
        "run_id": run,
    }


def table_of(row: Any, cells: tuple[tuple[str, ...], ...]) -> Table:
    """Return the table of a row of demographic_table and the cells below its header."""
    return Table(
        digest=row.digest,
        source_name=row.name,
        encoding=row.encoding,
        delimiter=row.delimiter,
        columns=tuple(row.columns),
        rows=cells,
        name_columns=tuple(row.name_columns),
        birth_date_column=row.birth_date_column,
        sex_column=row.sex_column,
        id_column=row.id_column,
        identifier_columns=tuple(row.identifier_columns),
        date_order=row.date_order,
    )


def run_of(row: Any) -> RunSummary:
    """Return the summary of a row of the table run."""
    return RunSummary(
        id=row.id,
        started=row.started,
        finished=row.finished,
        status=row.status,
        exit_code=row.exit_code,
        command=row.command,
        version=row.version,
        profile=row.profile,
        rules_digest=row.rules_digest,
        output_root=row.output_root,
        counts=row.counts,
        settings=row.settings,
    )


def link_cells(run: int, table_digest: str, one: int, made: Link) -> Cells:
    """Return a row of the table link."""
    return {
        "subject_id": one,
        "table_digest": table_digest,
        "rows": list(made.rows),
        "status": made.status,
        "method": made.method,
        "score": made.score,
        "candidates": list(made.candidates),
        "reasons": list(made.reasons),
        "run_id": run,
    }


def job_cells(run: int, job: Job, rules_digest: str) -> Cells:
    """Return the columns of the table output that a job tells."""
    return {
        "source_digest": job.source_digest,
        "job_digest": job.job_digest,
        "subject_id": job.subject,
        "rules_digest": rules_digest,
        "subject_digest": job.recipe.digest,
        "reason": job.reason,
        "run_id": run,
    }


def output_cells(made: Output) -> Cells:
    """Return the columns of the table output that an output tells."""
    return {
        "object_digest": made.digest,
        "size": made.size,
        "study": made.study,
        "series": made.series,
        "instance": made.instance,
    }


def placement_cells(run: int, tree: str, one: Placement) -> Cells:
    """Return a row of the table placement."""
    return {
        "tree": tree,
        "path": one.path,
        "source_digest": one.source_digest,
        "object_digest": one.object_digest,
        "size": one.size,
        "run_id": run,
    }


def ruling_cells(run: int, one: Ruled) -> Cells:
    """Return a row of the table ruling."""
    return {
        "subject_id": one.subject,
        "verdict": one.ruling,
        "name": one.who.name,
        "birth_date": one.who.birth_date,
        "patient_id": one.who.patient_id,
        "rows": one.rows,
        "secret": new_secret(),
        "run_id": run,
    }


def ruled_of(row: Any) -> Ruled:
    """Return what a row of the table ruling says."""
    who = Evidence(name=row.name, birth_date=row.birth_date, patient_id=row.patient_id)
    return Ruled(row.subject_id, row.verdict, who, row.rows)


def likeness_cells(run: int, one: int, made: Link) -> Cells:
    """Return a row of the table likeness."""
    return {
        "subject_id": one,
        "status": made.status,
        "score": made.score,
        "candidates": list(made.candidates),
        "reasons": list(made.reasons),
        "run_id": run,
    }


def likeness_of(row: Any) -> Link:
    """Return the likeness of a row: a link whose person, rows and candidates are subject ids."""
    candidates = tuple(row.candidates)
    rows = candidates[:1] if row.status is LinkStatus.ACCEPTED else ()
    return Link(row.subject_id, row.status, LinkMethod.FUZZY, row.score, rows, candidates, tuple(row.reasons))


def corrected_of(row: Any) -> Corrected:
    """Return what a row of the table correction says."""
    return Corrected(row.id, row.kind, row.subject_id, row.other_id, row.run_id, row.undoes_id)
