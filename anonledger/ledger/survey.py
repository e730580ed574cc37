"""Write down what a survey found: sources, who their instances say they are of, and trouble with them.

Owns: the stat cache, the only rows that are updated in place; trouble with one source is one open row, once.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from anonledger.digests import digest
from anonledger.ledger.bulk import Bulk, columns_of
from anonledger.ledger.columns import among
from anonledger.ledger.models import (
    EMPTY,
    identity,
    instance,
    open_by_content,
    open_by_location,
    quarantine,
    source,
    vocabulary,
)
from anonledger.ledger.rows import Cells, evidence_cells, exact_cell, place_cells
from anonledger.ledger.seals import sealing_apart
from anonledger.outcomes import Origin
from anonledger.records import Evidence, Examined, Location, escaped

READ = ("identity_id", "vocabulary_id", "risk", "risk_where")
REPLACED = ("size", "mtime_ns", "exact", "digest", "disposition", "drop_reason", "trouble", "trouble_where")


def keep_examined(connection: Connection, run: int, looked: Sequence[Sequence[Examined]]) -> None:
    """Write down what tasks told of sources; rows are numbered as if it had been one task after the other."""
    batch = [one for task in looked for one in task]
    if not batch:
        return
    _sources().execute(connection, [_source_cells(one, run) for one in batch])
    _keep_instances(connection, run, looked)
    _resolve_trouble(connection, run, batch)
    hold_back(
        connection,
        run,
        [(e.location, e.digest, "", e.trouble, e.where) for e in batch if e.trouble is not None],
    )


def hold_back(
    connection: Connection, run: int, held: Sequence[tuple[Location, str, str, object, str]]
) -> None:
    """Add quarantine rows from (location, source digest, job digest, reason, where), unless they are open."""
    rows = [
        {
            **place_cells(location),
            "source_digest": digest,
            "job_digest": job,
            "reason": reason,
            "where_": where,
            "run_id": run,
        }
        for location, digest, job, reason, where in held
    ]
    if rows:
        connection.execute(insert(quarantine).on_conflict_do_nothing(), rows)


def keep_seen(connection: Connection, run: int, source_ids: Sequence[int]) -> None:
    """Note that these sources are as they were."""
    statement = update(source).where(source.c.id.between(bindparam("first"), bindparam("last")))
    spans = list(_spans(source_ids))
    rows = [{"first": first, "last": last, "now": run} for first, last in spans]
    if rows:
        with sealing_apart(connection, spans, run):
            connection.execute(statement.values(last_seen_run_id=bindparam("now")), rows)


def _spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Return the first and the last of whole numbers that follow one another; most lie as they came."""
    ordered = sorted(numbers)
    begins = (one for one, before in zip(ordered, [None, *ordered], strict=False) if one - 1 != before)
    ends = (one for one, behind in zip(ordered, [*ordered[1:], None], strict=False) if one + 1 != behind)
    return zip(begins, ends, strict=True)


def drop_unseen_members(connection: Connection, run: int, root: str, path: str) -> None:
    """Forget the members of an archive that this run did not see."""
    connection.execute(
        delete(source).where(
            source.c.root == escaped(root),
            source.c.path == escaped(path),
            source.c.member != "",
            source.c.last_seen_run_id < run,
        )
    )


def keep_identities(
    connection: Connection, run: int, found: Iterable[Evidence], origin: Origin
) -> dict[Evidence, int]:
    """Add what evidence is new; return the identity id of each."""
    rows = {evidence: evidence_cells(evidence, origin, run) for evidence in dict.fromkeys(found)}
    if not rows:
        return {}
    connection.execute(insert(identity).on_conflict_do_nothing(), list(rows.values()))
    digests = {row["evidence_digest"]: evidence for evidence, row in rows.items()}
    known = select(identity.c.evidence_digest, identity.c.id).where(
        among(identity.c.evidence_digest, digests)
    )
    return {digests[row.evidence_digest]: row.id for row in connection.execute(known)}


@cache
def _sources() -> Bulk:
    statement = insert(source)
    now = statement.excluded
    values: dict[str, Any] = {name: now[name] for name in (*REPLACED, "last_seen_run_id")}
    # A source that could not be read for once ("") has not lost what it was before.
    values["previous_digest"] = case(
        (source.c.digest.in_([EMPTY, now.digest]), source.c.previous_digest), else_=source.c.digest
    )
    statement = statement.on_conflict_do_update(index_elements=["root", "path", "member"], set_=values)
    return Bulk(statement, columns_of(source))


def _source_cells(one: Examined, run: int) -> Cells:
    """Return a row of the table source."""
    return {
        **place_cells(one.location),
        "exact": exact_cell(one.location),
        "size": one.size,
        "mtime_ns": one.mtime_ns,
        "digest": one.digest,
        "previous_digest": "",
        "disposition": one.disposition,
        "drop_reason": one.drop,
        "trouble": one.trouble,
        "trouble_where": one.where,
        "last_seen_run_id": run,
        "run_id": run,
    }


@cache
def _instances() -> Bulk:
    # A newer version may read more in the same bytes; what it reads counts.
    statement = insert(instance)
    read = {name: statement.excluded[name] for name in READ}
    differs = or_(*(instance.c[name].is_distinct_from(value) for name, value in read.items()))
    statement = statement.on_conflict_do_update(index_elements=["digest"], set_=read, where=differs)
    return Bulk(statement, columns_of(instance))


def _keep_instances(connection: Connection, run: int, looked: Sequence[Sequence[Examined]]) -> None:
    headers = [[(one.digest, one.header) for one in task if one.header is not None] for task in looked]
    found = [pair for task in headers for pair in task]
    ids = keep_identities(connection, run, [header.evidence for _, header in found], Origin.DICOM)
    words = _keep_words(connection, run, [{header.words for _, header in task} for task in headers])
    rows = [
        {
            "digest": content,
            "sop_class": header.sop_class,
            "sop_instance": header.sop_instance,
            "study": header.study,
            "series": header.series,
            "identity_id": ids[header.evidence],
            "vocabulary_id": words[header.words],
            "risk": header.risk,
            "risk_where": header.risk_where or None,
            "run_id": run,
        }
        for content, header in found
    ]
    _instances().execute(connection, rows)


@cache
def _vocabularies() -> Bulk:
    return Bulk(insert(vocabulary), columns_of(vocabulary))


def _keep_words(
    connection: Connection, run: int, found: Sequence[Set[tuple[str, ...]]]
) -> dict[tuple[str, ...], int]:
    """Add what sets of words are new, of one task after the other; return the vocabulary id of each."""
    marks = {words: digest("vocabulary/1", words) for words in frozenset().union(*found)}
    by_task = [sorted((marks[words], words) for words in task) for task in found]
    sets = dict(pair for task in by_task for pair in task)
    known = select(vocabulary.c.digest, vocabulary.c.id).where(among(vocabulary.c.digest, sets))
    there = {row.digest: row.id for row in connection.execute(known)}
    rows = [
        {"digest": mark, "words": words, "run_id": run} for mark, words in sets.items() if mark not in there
    ]
    if rows:
        _vocabularies().execute(connection, rows)
        there = {row.digest: row.id for row in connection.execute(known)}
    return {words: there[mark] for words, mark in marks.items()}


def _resolve_trouble(connection: Connection, run: int, batch: Sequence[Examined]) -> None:
    """Close the open rows of these contents and places that no source bears out any more."""
    # The same bytes may still be trouble elsewhere, under a name that promises DICOM.
    same_bytes = source.c.digest == quarantine.c.source_digest
    borne_out = select(source.c.id).where(same_bytes, source.c.trouble == quarantine.c.reason).exists()
    content = quarantine.c.source_digest == bindparam("b_digest")
    by_survey = quarantine.c.job_digest == EMPTY
    open_ones = _open_contents(connection, (one.digest for one in batch))
    digests = [{"b_digest": one.digest} for one in batch if one.digest in open_ones]
    _resolve(connection, run, [*open_by_content, content, by_survey, ~borne_out], digests)

    here = [quarantine.c[name] == bindparam(f"b_{name}") for name in ("root", "path", "member")]
    other = quarantine.c.reason != bindparam("b_reason", type_=Text)
    paths = among(quarantine.c.path, {escaped(one.location.path) for one in batch})
    held = select(quarantine.c.path).where(*open_by_location, paths)
    troubled = {row.path for row in connection.execute(held)}
    places = [
        {**_bound(place_cells(one.location)), "b_reason": "" if one.digest else one.trouble or ""}
        for one in batch
        if escaped(one.location.path) in troubled
    ]
    _resolve(connection, run, [*open_by_location, *here, other], places)


def resolve_jobs(connection: Connection, run: int, decided: Sequence[tuple[str, str, str]]) -> None:
    """Close what jobs left open for source digests, except this (source digest, job digest, reason)."""
    same = (quarantine.c.job_digest == bindparam("b_job")) & (
        quarantine.c.reason == bindparam("b_reason", type_=Text)
    )
    conditions = [
        *open_by_content,
        quarantine.c.source_digest == bindparam("b_digest"),
        quarantine.c.job_digest != EMPTY,
        ~same,
    ]
    open_ones = _open_contents(connection, (digest for digest, _, _ in decided))
    rows = [
        {"b_digest": digest, "b_job": job, "b_reason": reason}
        for digest, job, reason in decided
        if digest in open_ones
    ]
    _resolve(connection, run, conditions, rows)


def _open_contents(connection: Connection, digests: Iterable[str]) -> set[str]:
    """Return those of the digests that have an open row: few have, and a question for each takes its time."""
    asked = select(quarantine.c.source_digest).where(
        *open_by_content, among(quarantine.c.source_digest, digests)
    )
    return {row.source_digest for row in connection.execute(asked)}


def _resolve(
    connection: Connection, run: int, conditions: Sequence[ColumnElement[bool]], rows: list[dict[str, Any]]
) -> None:
    if rows:
        statement = update(quarantine).where(*conditions).values(resolved_run_id=bindparam("b_run"))
        connection.execute(statement, [{**row, "b_run": run} for row in rows])


def _bound(cells: dict[str, Any]) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in cells.items()}
