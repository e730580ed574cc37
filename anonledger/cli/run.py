"""``anonledger run``: the main job.

Owns: the options of a run, and nothing of what they do.
"""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.choices import (
    given_settings,
    refuse_without_table,
    settings_of,
    spelled_out,
    table_options,
)
from anonledger.cli.closing import closing_lines, print_plan
from anonledger.cli.present import Bar, OutputFile, format_option, keep_log, project_option, visible
from anonledger.outcomes import BurnedIn, Encapsulated, IdScheme, Layout, OnResidue
from anonledger.settings import DROPPED_FILE_TYPES

if TYPE_CHECKING:
    from anonledger.engine.request import Request

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
    "--executor",
    default="",
    metavar="dask://HOST:PORT",
    help="Have the work done by a dask cluster, by its scheduler; not for -n.",
)
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
@click.option("--no-report", is_flag=True, help="Do not write private/report.html.")
@format_option
@click.option("-v", "--verbose", count=True, help="Say more; twice for even more.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--log-file", type=OutputFile(), help="Write the log to a file as well.")
def command(
    form: str,
    verbose: int,
    quiet: bool,
    log_file: Path | None,
    dry_run: bool,
    with_paths: bool,
    no_report: bool,
    **options: Any,
) -> None:
    """Pseudonymize DICOM (folders, files, zip, tar) and a demographics table.

    SOURCE is any number of folders, files and archives; they are only read. Run it again after adding
    patients: only what is new or changed is done. Without -d the table of the last run is used again.
    """
    from anonledger.engine import run as engine
    from anonledger.engine.places import refuse_log

    if quiet and verbose:
        raise click.UsageError("-q says nothing but errors, and -v says more. Decide for one.")
    request = _request(**options)
    if log_file is not None:
        refuse_log(request, log_file)
    keep_log(verbose, log_file)
    bar = Bar(quiet)
    if dry_run:
        print_plan(engine.dry_run(request, bar), form, quiet, with_paths)
        return
    outcome = engine.run(request, bar)
    reported = not no_report and write_report(request, outcome.since)
    if not quiet:
        click.echo("\n".join(closing_lines(request, outcome, reported=reported)))
    raise click.exceptions.Exit(outcome.exit_code)


def write_report(request: "Request", since: int | None = None) -> bool:
    """Write the page of a run that has ended, or say why there is none; return whether there is one.

    The page of the run ``since`` which nothing changed may stay.
    """
    from anonledger.engine.reported import is_reported

    if is_reported(request.project, since):
        return True
    from anonledger.engine.reporting import report_after

    trouble = report_after(request.project)
    if trouble:
        click.echo(visible(f"Error: {trouble}", lines=True), err=True)
    return not trouble


def _request(
    sources: tuple[Path, ...],
    demographics: Path | None,
    output: Path | None,
    project: Path,
    jobs: int | None,
    executor: str,
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
        executor=executor,
        forced=bool(further) or "" in force,
        redone=redone,
        with_unused_rows=unused_rows,
        command=shlex.join(["run", *spelled_out(given)]),
    )
