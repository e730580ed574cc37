"""Show records as a table, CSV or JSON, progress as a bar, and keep a log.

Owns: what goes to standard output is data, what goes to standard error is for a person.
"""

import csv
import io
import json
import logging
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

# C0 and C1 but the line end, line and paragraph separators, and what turns the direction of writing.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
Function = TypeVar("Function", bound=Callable[..., Any])

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print records.",
)


class OutputFile(click.Path):
    """A file to be written; its name is not empty."""

    def __init__(self) -> None:
        """Take the name of a file, there or not."""
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path. Raises click.BadParameter for an empty name."""
        if not str(value):
            self.fail("The name of the file is empty. Name a file.", param, ctx)
        return super().convert(value, param, ctx)


def project_option(function: Function) -> Function:
    """Add --project to a command."""
    return click.option(
        "--project",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        help="The project folder; the current folder if not given.",
    )(function)


def visible(text: str, *, lines: bool = False) -> str:
    """Return a text without anything that a terminal would obey: control characters are escaped.

    ``lines``: line ends stay.
    """
    kept = text if lines else text.replace("\n", "\\n")
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), kept)


def shown(columns: Sequence[str], rows: Sequence[Sequence[object]], form: str) -> str:
    """Return records in the form that was asked for, without a line end; nothing in it is obeyed."""
    if form == "json":
        return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=2, default=str)
    cells = [["" if cell is None else visible(str(cell), lines=True) for cell in row] for row in rows]
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(cells)
        return text.getvalue().rstrip("\n")
    from tabulate import tabulate  # costs time, and most commands print no table

    return tabulate(cells, headers=columns, disable_numparse=True)


class ListingGroup(click.Group):
    """A group that lists when no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` before options that are not those of the group, and the project behind the command."""
        before, after = _split(args)
        if not after or (after[0].startswith("-") and after[0] not in ctx.help_option_names):
            after = ["list", *after]
        elif not after[0].startswith("-") and after[0] not in self.commands:
            raise click.UsageError(
                f"There is no such command. Those of `anonledger {self.name}` are: "
                f"{', '.join(sorted(self.commands))}.",
                ctx,
            )
        return super().parse_args(ctx, [after[0], *before, *after[1:]])


def _split(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the options on the project that stand in front of a command, and the rest."""
    position = 0
    while position < len(args) and args[position].partition("=")[0] == "--project":
        position += 1 if "=" in args[position] else 2
    return [*args[:position]], [*args[position:]]


class Bar:
    """Shows progress on standard error, when that is a terminal."""

    def __init__(self, quiet: bool) -> None:
        """Stay silent when ``quiet``."""
        self._quiet = quiet
        self._bar: Any = None

    def begin(self, stage: str, total: int | None) -> None:
        """Start a bar for a stage."""
        from tqdm import tqdm

        hidden = True if self._quiet else None  # None: hidden when standard error is no terminal
        self._bar = tqdm(desc=stage, total=total, unit=" files", leave=False, disable=hidden, file=sys.stderr)

    def advance(self, done: int = 1) -> None:
        """Move the bar."""
        self._bar.update(done)

    def end(self) -> None:
        """Take the bar away."""
        self._bar.close()


def keep_log(verbose: int, log_file: Path | None) -> None:
    """Log to standard error from -v on, and to a file; neither ever holds an identifier.

    Raises click.BadParameter for a log file that cannot be written.
    """
    logger = logging.getLogger("anonledger")
    logger.setLevel(logging.DEBUG if verbose > 1 or log_file else logging.INFO)
    form = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handlers: list[logging.Handler] = []
    if verbose:
        handlers.append(logging.StreamHandler())
        handlers[-1].setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    if log_file is not None:
        try:
            handlers.append(logging.FileHandler(log_file, encoding="utf-8"))
        except OSError as error:
            raise click.BadParameter(
                f"The log file {log_file} cannot be written ({error.strerror})."
            ) from error
    for handler in handlers:
        handler.setFormatter(form)
        logger.addHandler(handler)
