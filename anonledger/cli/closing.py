"""Say what a run did, or would do, and what a person has to look at next.

Owns: the last block of a run; it names nobody.
"""

from typing import TYPE_CHECKING

import click

from anonledger.cli.present import shown
from anonledger.outcomes import LinkStatus
from anonledger.records import escaped

if TYPE_CHECKING:
    from anonledger.engine.outcome import Outcome
    from anonledger.engine.request import Request


def print_plan(outcome: "Outcome", form: str, quiet: bool, with_paths: bool) -> None:
    """Print the jobs of a dry run, and how many there are of everything."""
    from anonledger.report import link_lines

    jobs = [*outcome.plan.adopted, *outcome.plan.jobs]
    columns = ["reason", "pseudonym", "source_sha256"] + ["path", "member"] * with_paths
    rows = [
        [job.reason, job.recipe.pseudonym or "-", job.source_digest]
        + [escaped(job.location.path), job.location.member] * with_paths
        for job in jobs
    ]
    if rows or form != "table":
        click.echo(shown(columns, rows, form) + "\n" * (form == "table" and not quiet))
    if quiet or form != "table":
        return
    remark = ""
    if outcome.made_salt and jobs:
        remark = " The pseudonyms are examples: the salt will be made by the first run."
    done = f"{len(jobs):,} to do, {outcome.plan.unchanged:,} unchanged"
    lost = f", {_count(outcome.to_restore, 'file')} of the dataset to restore" if outcome.to_restore else ""
    if outcome.report.open_dates:
        remark += f" {_open_dates(outcome.report.open_dates)} (--date-order)."
    refused = f", {len(outcome.plan.refused):,} not to be released" if outcome.plan.refused else ""
    tables = f", {' and '.join(outcome.to_rewrite)} to write" if outcome.to_rewrite else ""
    click.echo("".join(f"{line}\n" for line in link_lines(outcome.report)), nl=False)
    click.echo(f"Dry run: {done}{refused}{lost}{tables}. Nothing was written.{remark}")


def closing_lines(request: "Request", outcome: "Outcome", *, reported: bool = False) -> list[str]:
    """Return the last block: counts, where everything lies, and what needs a person."""
    from anonledger.report import lines

    project, report = request.project, outcome.report
    said = list(lines(report))
    done = report.instances.published + report.others.published
    released = outcome.released
    if not done and released and released.nothing:
        said.append("Nothing to do: the dataset is up to date.")
    if released and released.equal:
        said.append(f"Equal to another once cleaned, and so shared once: {_count(released.equal, 'file')}.")
    if released and released.repaired:
        said.append(
            f"Restored: {_count(released.repaired, 'file')} of the dataset that had been lost or altered."
        )
    said += [
        "",
        f"To share:  {project.output}",
        f"Private:   {project.private}",
        f"Ledger:    {project.ledger}",
    ]
    if reported:
        said.append(f"Report:    {project.private / 'report.html'}")
    if outcome.made_salt and project.key.exists():
        said.append(f"Salt:      {project.key} - keep a copy in a safe place: the pseudonyms depend on it.")
    return [*said, *_to_do(request, outcome)]


def _to_do(request: "Request", outcome: "Outcome") -> list[str]:
    """Return what a person has to look at, one line each."""
    report, private = outcome.report, request.project.private
    held, review, missing = (
        report.quarantined.total(),
        report.links[LinkStatus.REVIEW],
        report.links[LinkStatus.MISSING],
    )
    todo = []
    if held:
        todo.append(
            f"{_count(held, 'file')} held back, to decide on with `anonledger quarantine`: "
            f"{private / 'quarantine.csv'}"
        )
    if report.alike:
        todo.append(
            f"{_count(report.alike, 'patient')} who may be one whose pseudonym was imported, with one "
            "of its own until you decide with `anonledger review`"
        )
    if review:
        todo.append(
            f"{_count(review, 'patient')} whose row is not certain, so it is not released; decide with "
            f"`anonledger review`, or mend the table and run again: {private / 'matches.csv'}"
        )
    if report.behind:
        todo.append(
            f"{_count(report.behind, 'published file')} not looked at, as the folders were not named; more "
            "is known now of who stands in them, so name those folders too and run again"
        )
    if missing:
        todo.append(f"{_count(missing, 'patient')} without a row: {private / 'missing.csv'}")
    if report.open_dates:
        todo.append(f"{_open_dates(report.open_dates)}: give -d with --date-order dmy or --date-order mdy")
    if report.unread_dates:
        todo.append(
            f"{_count(report.unread_dates, 'birth date')} of the table not used, for no date can be read: "
            "write them such as 2001-12-31, and run again with -d; `anonledger inspect` says what is wrong"
        )
    doubts = outcome.settled.doubts.items()
    todo += [f"{_count(count, 'time')}: {doubt}; see {private / 'doubts.csv'}" for doubt, count in doubts]
    todo += outcome.settled.notes
    return ["", "For you to look at:", *(f"  - {line}" for line in todo)] if todo else []


def _open_dates(count: int) -> str:
    return f"{_count(count, 'birth date')} of the table not used, for day and month may be either way round"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
