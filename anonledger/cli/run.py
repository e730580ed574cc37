"""``anonledger run``: the main job.

Owns: the options of a run, and the last block that says what needs a person.
"""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.choices import given_settings, refuse_without_table, settings_of, table_options
from anonledger.cli.present import Bar, format_option, keep_log, project_option, shown
from anonledger.outcomes import BurnedIn, Encapsulated, IdScheme, Layout, LinkStatus, OnResidue
from anonledger.records import escaped
from anonledger.settings import DROPPED_FILE_TYPES

if TYPE_CHECKING:
    from anonledger.engine.request import Request
    from anonledger.engine.run import Outcome

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing written; 3 finished, some files quarantined; "
    "4 finished, matches await review; 5 another run holds the project; 6 the ledger is newer than the "
    "program; 130 interrupted."
)


@click.command("run", epilog=EPILOG)
@click.argument("sources", nargs=-1, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "-d",
    "--demographics",
    type=click.Path(path_type=Path),
    help="Table of the patients: CSV, TSV, .xlsx, .ods or .sav.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder to share; default anonymized/ in the project.",
)
@project_option
@click.option("-n", "--dry-run", is_flag=True, help="Print what would be done, and why; write nothing.")
@click.option("--paths", "with_paths", is_flag=True, help="With -n: print paths too; they may name patients.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Worker processes; default all cores.")
@click.option(
    "--salt-file", type=click.Path(dir_okay=False, path_type=Path), help="File with the secret salt."
)
@click.option("--id-prefix", help="What pseudonyms begin with; default subj_.")
@click.option(
    "--id-length",
    type=click.IntRange(4, 51),
    help="Characters behind the prefix; default 12 (4 if sequential, 8 of csg).",
)
@click.option(
    "--ids",
    type=click.Choice([*map(str, IdScheme)]),
    help="Pseudonyms by salted hash (default), in sequence, or as csg_dicoms_anonymizer makes them.",
)
@click.option(
    "--id-from",
    help="What a pseudonym is made of: name+birthdate (default), name, patient-id, or a column of the table.",
)
@table_options
@click.option(
    "--identifiers",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with further names and terms that must go from every file, one a line.",
)
@click.option(
    "--dist-threshold",
    type=click.FloatRange(0, 1),
    help="With --matcher distance: largest distance of two spellings; default 0.2.",
)
@click.option("--remove-tag", multiple=True, help="Element to remove (keyword or gggg,eeee); repeatable.")
@click.option("--keep-tag", multiple=True, help="Element to keep though the profile removes it; repeatable.")
@click.option(
    "--remove-staff", is_flag=True, default=None, help="Remove physicians, operators, institution too."
)
@click.option(
    "--drop-filetype",
    multiple=True,
    help=f"Further file type to leave out, beside {' '.join(DROPPED_FILE_TYPES)}.",
)
@click.option(
    "--layout",
    type=click.Choice([*map(str, Layout)]),
    help="Output folders by UID (default) or mirroring the source.",
)
@click.option(
    "--burned-in",
    type=click.Choice([*map(str, BurnedIn)]),
    help="What may show text in its pixels: keep, quarantine (default) or drop.",
)
@click.option(
    "--encapsulated",
    type=click.Choice([*map(str, Encapsulated)]),
    help="Encapsulated documents and DICOMDIR: quarantine (default) or drop.",
)
@click.option(
    "--on-residue",
    type=click.Choice([*map(str, OnResidue)]),
    help="An identifier left in a file: quarantine it (default), or stop the run there.",
)
@click.option("--max-unpacked", help="Most that an archive may unpack to, such as 500GB; default 1TiB.")
@click.option("--max-ratio", type=click.IntRange(1), help="Most times its size; default 1000.")
@click.option("--max-depth", type=click.IntRange(0), help="Most archives inside one another; default 5.")
@click.option(
    "--unused-rows", is_flag=True, help="List table rows without a patient in private/missing.csv too."
)
@click.option(
    "--force",
    multiple=True,
    is_flag=False,
    flag_value="",
    metavar="[SUBJECT|TAG]",
    help="Do everything again, or the files of a pseudonym, or those with an element; repeatable.",
)
@format_option
@click.option("-v", "--verbose", count=True, help="Say more; twice for even more.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option(
    "--log-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the log to a file as well."
)
def command(
    form: str,
    verbose: int,
    quiet: bool,
    log_file: Path | None,
    dry_run: bool,
    with_paths: bool,
    **options: Any,
) -> None:
    """Pseudonymize DICOM (folders, files, zip, tar) and a demographics table.

    SOURCE is any number of folders, files and archives; they are only read. Run it again after adding
    patients: only what is new or changed is done. Without -d the table of the last run is used again.
    """
    from anonledger.engine import run as engine

    if quiet and verbose:
        raise click.UsageError("-q says nothing but errors, and -v says more. Decide for one.")
    keep_log(verbose, log_file)
    request = _request(**options)
    bar = Bar(quiet)
    if dry_run:
        _print_plan(engine.dry_run(request, bar), form, quiet, with_paths)
        return
    outcome = engine.run(request, bar)
    if not quiet:
        click.echo("\n".join(closing_lines(request, outcome)))
    raise click.exceptions.Exit(outcome.exit_code)


def _request(
    sources: tuple[Path, ...],
    demographics: Path | None,
    output: Path | None,
    project: Path,
    jobs: int | None,
    salt_file: Path | None,
    identifiers: Path | None,
    unused_rows: bool,
    force: tuple[str, ...],
    **changes: Any,
) -> "Request":
    """Return the request: the project's settings, changed by the options that were given."""
    from anonledger.engine.forcing import told_apart
    from anonledger.engine.project import project_at
    from anonledger.engine.request import Request
    from anonledger.engine.workers import cores

    given = given_settings(changes)
    if demographics is None:
        refuse_without_table(given)
    place = project_at(project, output)
    redone, further = told_apart(place, force)  # `--force scans` names a source
    return Request(
        project=place,
        sources=(*further, *sources),
        table=demographics,
        settings=settings_of(project, given),
        salt_file=salt_file,
        identifiers=identifiers,
        jobs=jobs or cores(),
        forced=bool(further) or "" in force,
        redone=redone,
        with_unused_rows=unused_rows,
        command=shlex.join(["run", *(f"--{n.replace('_', '-')}={v}" for n, v in sorted(given.items()))]),
    )


def _print_plan(outcome: "Outcome", form: str, quiet: bool, with_paths: bool) -> None:
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


def closing_lines(request: "Request", outcome: "Outcome") -> list[str]:
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
