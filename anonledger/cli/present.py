"""Show records as a table, CSV or JSON, progress as a bar, and keep a log.

Owns: what goes to standard output is data, what goes to standard error is for a person.
"""

import csv
import io
import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print records.",
)


def project_option(function: Function) -> Function:
    """Add --project to a command."""
    return click.option(
        "--project",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        help="The project folder; the current folder if not given.",
    )(function)


def shown(columns: Sequence[str], rows: Sequence[Sequence[object]], form: str) -> str:
    """Return records in the form that was asked for, without a line end."""
    match form:
        case "json":
            return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=2, default=str)
        case "csv":
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
            return text.getvalue().rstrip("\n")
        case _:
            from tabulate import tabulate  # costs time, and most commands print no table

            return tabulate(rows, headers=columns, disable_numparse=True)


class ListingGroup(click.Group):
    """A group that lists when no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` before options that are not those of the group."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


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
