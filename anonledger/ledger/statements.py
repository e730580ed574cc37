"""The longer questions that the ledger's queries ask.

Owns: what is current, present, held and assigned is said in one place each.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    or_,
    select,
)

from anonledger.ledger.columns import among
from anonledger.ledger.models import (
    EMPTY,
    assignment,
    decision,
    instance,
    link,
    open_by_content,
    open_by_location,
    output,
    quarantine,
    source,
    subject,
)
from anonledger.ledger.models import run as runs
from anonledger.ledger.rows import link_of
from anonledger.outcomes import Decision, Disposition, LinkStatus
from anonledger.records import Link

PLACE = (source.c.root, source.c.path, source.c.member)
PUBLISHED = (Disposition.INSTANCE, Disposition.OTHER)  # what outputs are made of

LATEST_TABLE = (
    select(runs.c.table_digest).where(runs.c.table_digest.is_not(None)).order_by(runs.c.id.desc()).limit(1)
)


def assigned_subject(identity_id: ColumnElement[int]) -> ColumnElement[int | None]:
    """Return the subject id that an identity was assigned to last, as a subquery."""
    # An alias, for the identity may be a column of the same table.
    latest = assignment.alias()
    return (
        select(latest.c.subject_id)
        .where(latest.c.identity_id == identity_id)
        .order_by(latest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def latest_links(connection: Connection, table_digest: str) -> dict[int, Link]:
    """Return the latest link with a table of each subject id."""
    newest = newest_links(table_digest)
    rows = connection.execute(select(link).where(link.c.id.in_(newest)).order_by(link.c.subject_id))
    return {row.subject_id: link_of(row) for row in rows}


def newest_links(table_digest: str) -> Select[Any]:
    """Ask for the id of the latest link of each subject with a table."""
    newest = select(func.max(link.c.id)).where(link.c.table_digest == table_digest)
    return newest.group_by(link.c.subject_id)


def latest_statuses(connection: Connection) -> list[tuple[int, LinkStatus]]:
    """Return subject id and status of the latest link of each subject with the latest table."""
    if (table := connection.scalar(LATEST_TABLE)) is None:
        return []
    asked = select(link.c.subject_id, link.c.status).where(link.c.id.in_(newest_links(table)))
    return [(row.subject_id, row.status) for row in connection.execute(asked)]


def last_runs() -> Subquery:
    """Return the latest run that saw each source root."""
    seen = func.max(source.c.last_seen_run_id).label("run_id")
    return select(source.c.root, seen).group_by(source.c.root).subquery("last")


def is_present(last: Subquery) -> ColumnElement[bool]:
    """Say that a source was there when its root was last looked through."""
    return (source.c.root == last.c.root) & (source.c.last_seen_run_id == last.c.run_id)


def held_job(source_digest: ColumnElement[str]) -> ColumnElement[str | None]:
    """Return the job digest that put a content into quarantine, as a subquery; an output closes it."""
    return (
        select(quarantine.c.job_digest)
        .where(
            *open_by_content, quarantine.c.source_digest == source_digest, quarantine.c.job_digest != EMPTY
        )
        .order_by(quarantine.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def held_contents() -> Select[Any]:
    """Ask for the digests of all contents that a job put into quarantine, from where no output took them."""
    return select(quarantine.c.source_digest).where(*open_by_content, quarantine.c.job_digest != EMPTY)


def plan(run: int, contents: Iterable[str] | None = None) -> Select[Any]:
    """Ask for each content that a run saw: its first place, its subject, and what was made of it."""
    wanted: ColumnElement[bool] = source.c.disposition.in_(PUBLISHED)
    if contents is not None:
        wanted &= among(source.c.digest, contents)
    nth = func.row_number().over(partition_by=source.c.digest, order_by=PLACE).label("nth")
    found = select(source.c.id, nth).where(source.c.last_seen_run_id == run, wanted).subquery("found")
    newest = select(func.max(output.c.id)).where(output.c.source_digest == source.c.digest)
    return (
        select(
            *(*PLACE, source.c.exact, source.c.digest, source.c.disposition, source.c.previous_digest),
            assigned_subject(instance.c.identity_id).label("subject"),
            *(output.c.job_digest, output.c.object_digest, output.c.rules_digest, output.c.subject_digest),
            held_job(source.c.digest).label("held"),
            *(instance.c.risk, instance.c.risk_where, instance.c.vocabulary_id),
        )
        .join_from(found, source, source.c.id == found.c.id)
        .outerjoin(instance, instance.c.digest == source.c.digest)
        .outerjoin(output, output.c.id == newest.correlate(source).scalar_subquery())
        .where(found.c.nth == 1)
        .order_by(*PLACE)
    )


def current() -> Select[Any]:
    """Ask for the newest output of each content that is not held back, ordered by the content's digest."""
    newest = select(func.max(output.c.id).label("id")).group_by(output.c.source_digest).subquery("newest")
    return (
        select(output, subject.c.pseudonym, instance.c.vocabulary_id)
        .join_from(newest, output, output.c.id == newest.c.id)
        .outerjoin(instance, instance.c.digest == output.c.source_digest)
        .outerjoin(subject, subject.c.id == output.c.subject_id)
        .where(held_job(output.c.source_digest).is_(None))
        .order_by(output.c.source_digest)
    )


def places() -> Select[Any]:
    """Ask for every place of every content, ordered by the content's digest, present ones first."""
    # A source that could not be read for once still holds what it held before, as far as anyone knows.
    unread = (source.c.digest == "") & (source.c.disposition == Disposition.TROUBLE)
    content = case((unread, source.c.previous_digest), else_=source.c.digest)
    last = last_runs()
    present = source.c.last_seen_run_id == last.c.run_id
    return (
        select(content.label("content"), present.label("present"), *PLACE, source.c.exact)
        .join_from(source, last, source.c.root == last.c.root)
        .where(content != "")
        .order_by(content, present.desc(), *PLACE)
    )


def of_studies() -> Select[Any]:
    """Ask for the pairs of study and identity among the instances that are there."""
    asked = select(instance.c.study, instance.c.identity_id).where(instance.c.study != "")
    return _there(asked).order_by(instance.c.study, instance.c.identity_id)


def of_folders() -> Select[Any]:
    """Ask for the pairs of folder and identity; that of an archive's member is its path and ``inner``."""
    member = source.c.member != ""
    columns = (
        source.c.root,
        case((member, source.c.path), else_="").label("path"),
        case((member, ""), else_=_folder(source.c.path)).label("folder"),
        _folder(source.c.member).label("inner"),
        member.label("member"),
        instance.c.identity_id,
    )
    return _there(select(*columns)).order_by(*columns)


def _there(asked: Select[Any]) -> Select[Any]:
    last = last_runs()
    found = asked.join_from(instance, source, source.c.digest == instance.c.digest)
    wanted = source.c.disposition == Disposition.INSTANCE
    return found.join(last, is_present(last)).where(wanted).distinct()


def _folder(path: ColumnElement[str]) -> ColumnElement[str]:
    """Return a path up to its last slash: what is left when no other letter of it is left at the end."""
    return func.rtrim(path, func.replace(path, "/", ""))


def side_by_side(outputs: Iterable[Any], places: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each output with the first place of its content, or None; both come ordered by that digest.

    A join would do, but SQLite (3.40) does not see that it needs an index for it.
    """
    ahead = iter(places)
    place = next(ahead, None)
    for made in outputs:
        while place is not None and place.content < made.source_digest:
            place = next(ahead, None)
        yield made, place if place is not None and place.content == made.source_digest else None


def held() -> tuple[Select[Any], Select[Any]]:
    """Ask for the open quarantine whose bytes, or whose place, are still among the sources, at each place."""
    last = last_runs()
    troubled = source.c.trouble == quarantine.c.reason
    names = ("id", "source_digest", "reason", "where_", "left_out", "run_id")
    asked = select(*(quarantine.c[name] for name in names), *PLACE)
    by_job = (quarantine.c.job_digest != EMPTY) & source.c.disposition.in_(PUBLISHED)
    same_bytes = (source.c.digest == quarantine.c.source_digest) & or_(by_job, troubled)
    same_place = troubled & (source.c.digest == "")
    for column in PLACE:
        same_place &= column == quarantine.c[column.name]
    return (
        asked.join_from(quarantine, source, same_bytes).join(last, is_present(last)).where(*open_by_content),
        asked.join_from(quarantine, source, same_place).join(last, is_present(last)).where(*open_by_location),
    )


def is_dropped() -> ColumnElement[bool]:
    """Say that a person decided last that trouble with a source is to be left out."""
    same = (decision.c.source_digest == source.c.digest) & (decision.c.reason == source.c.trouble)
    here = [decision.c[column.name] == column for column in PLACE]
    latest = (
        select(decision.c.verdict)
        .where(same, or_(source.c.digest != EMPTY, and_(*here)))
        .order_by(decision.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(latest == Decision.DROP, false())


def copy_of_output() -> Insert:
    """Tell how a job's newest output is added again; what a job tells is bound with ``b_`` before it."""
    taken = ("object_digest", "size", "study", "series", "instance")
    given = (
        "source_digest",
        "job_digest",
        "subject_id",
        "rules_digest",
        "subject_digest",
        "reason",
        "run_id",
    )
    cells = [bindparam(f"b_{name}", type_=output.c[name].type).label(name) for name in given]
    newest = (
        select(*cells, *(output.c[name] for name in taken))
        .where(output.c.job_digest == bindparam("b_job_digest", type_=Text))
        .order_by(output.c.id.desc())
        .limit(1)
    )
    return insert(output).from_select([*given, *taken], newest)
