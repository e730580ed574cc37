"""``anonledger inspect``: what would be made of a table and of sources, before any run.

Owns: names are printed only when they are asked for.
"""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.choices import given_settings, refuse_without_table, settings_of, table_options
from anonledger.cli.present import Bar, format_option, project_option, shown, visible

if TYPE_CHECKING:
    from anonledger.engine.appraising import Finding

COLUMNS = ("about", "what", "value", "note")


@click.command("inspect", epilog="Exit status: 0 done; 1 error; 2 wrong use; 130 interrupted.")
@click.argument("places", nargs=-1, metavar="TABLE|SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "-d",
    "--demographics",
    type=click.Path(path_type=Path),
    help="The table, if its name does not tell that it is one.",
)
@project_option
@table_options
@click.option("--dist-threshold", type=click.FloatRange(0, 1), help="As in `anonledger run`.")
@click.option("--drop-filetype", multiple=True, help="As in `anonledger run`.")
@click.option("--names", is_flag=True, help="Name patients and rows; the output is private then.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Worker processes; default all cores.")
@format_option
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def command(
    places: tuple[Path, ...],
    demographics: Path | None,
    project: Path,
    names: bool,
    jobs: int | None,
    form: str,
    quiet: bool,
    **changes: Any,
) -> None:
    """Show what a run would make of a table, of sources, or of both. Writes nothing.

    A file that ends in .csv, .tsv, .tab, .txt, .xlsx, .ods or .sav is taken for the table. With a table and
    sources, likely links are counted. No project is needed; where there is one, its settings hold.
    """
    from anonledger.engine.inspecting import Question, inspect, sorted_out
    from anonledger.engine.project import project_at
    from anonledger.engine.workers import cores

    given = given_settings(changes)
    settings = settings_of(project, given)
    table, sources = sorted_out(places, demographics)
    if table is None:
        refuse_without_table(given)
    question = Question(table, sources, project_at(project), settings, jobs or cores(), names)
    click.echo(_printed(inspect(question, Bar(quiet)), form))


def _printed(found: "tuple[Finding, ...]", form: str) -> str:
    if form != "table":
        return shown(COLUMNS, [(f.about, f.what, f.value, f.note) for f in found], form)
    parts = []
    for about, group in groupby(found, key=lambda f: f.about):
        rows = [(visible(f.what), visible(f.value), visible(f.note)) for f in group]
        parts.append(f"{about.capitalize()}\n{_aligned(rows)}")
    return "\n\n".join(parts)


def _aligned(rows: list[tuple[str, str, str]]) -> str:
    from tabulate import tabulate

    lines = tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines()
    return "\n".join(f"  {line.rstrip()}" for line in lines)
