"""Options that change settings, for every command that reads a table or sources.

Owns: an option that was given goes before the project's settings; what is left out for safety stays so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from anonledger.outcomes import BurnedIn, DateOrder, Encapsulated, IdScheme, Layout, Matcher, OnResidue
from anonledger.settings import DROPPED_COLUMNS, contrary, size_of

if TYPE_CHECKING:
    from anonledger.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

ADDED = ("drop_columns", "drop_file_types")
SEVERAL = {
    "name_column": "name_columns",
    "identifier_column": "identifier_columns",
    "drop_column": "drop_columns",
    "keep_column": "keep_columns",
    "drop_filetype": "drop_file_types",
    "remove_tag": "remove_tags",
    "keep_tag": "keep_tags",
}
HOW_READ = {
    "name_columns": "--name-column",
    "birthdate_column": "--birthdate-column",
    "sex_column": "--sex-column",
    "id_column": "--id-column",
    "identifier_columns": "--identifier-column",
    "date_order": "--date-order",
    "sheet": "--sheet",
    "encoding": "--encoding",
}
KINDS: dict[str, Callable[[str], object]] = {
    "ids": IdScheme,
    "date_order": DateOrder,
    "layout": Layout,
    "matcher": Matcher,
    "burned_in": BurnedIn,
    "encapsulated": Encapsulated,
    "on_residue": OnResidue,
    "max_unpacked": size_of,
}
TABLE_OPTIONS: Final = (
    click.option(
        "--name-column", multiple=True, help="Column with the name; give it twice for given and family name."
    ),
    click.option("--birthdate-column", help="Column with the birth date; found by its header if not given."),
    click.option("--sex-column", help="Column with the sex; found by its header if not given."),
    click.option("--id-column", help="Column with the patient ID; found by its header if not given."),
    click.option(
        "--identifier-column",
        multiple=True,
        help="Column of the table with a further identifier (such as a social security number) to hunt.",
    ),
    click.option(
        "--date-order",
        type=click.Choice([*map(str, DateOrder)]),
        help="How birth dates of the table are written; default auto: as its certain dates tell.",
    ),
    click.option(
        "--matcher",
        type=click.Choice([*map(str, Matcher)]),
        help="Link by all the evidence (default), or by the distance of names alone.",
    ),
    click.option(
        "--sheet", help="Sheet of a workbook, by name or number; needed where several have content."
    ),
    click.option(
        "--encoding", help="Encoding of a table of plain text, such as cp1251; else as its bytes tell."
    ),
    click.option(
        "--drop-column",
        multiple=True,
        help=f"Further column to leave out, beside {', '.join(DROPPED_COLUMNS)}.",
    ),
    click.option(
        "--keep-column", multiple=True, help="Column to keep though it would be left out; it is cleaned."
    ),
)

READING: Final = 8  # of them say how a table is read, the others what is shared of it


def table_options(function: Function) -> Function:
    """Add the options that say how a table is read and shared to a command."""
    for option in reversed(TABLE_OPTIONS):
        function = option(function)
    return function


def reading_options(function: Function) -> Function:
    """Add the options that say how a table is read to a command."""
    for option in reversed(TABLE_OPTIONS[:READING]):
        function = option(function)
    return function


def given_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given, under the names of their settings. Raises click.UsageError."""
    given = {SEVERAL.get(name, name): value for name, value in options.items() if value not in (None, ())}
    both = contrary(given.get("drop_columns", ()), given.get("keep_columns", ()))
    if both:
        raise click.UsageError(f"--drop-column and --keep-column both name '{both[0]}'. Decide for one.")
    return given | {name: kind(given[name]) for name, kind in KINDS.items() if name in given}


def spelled_out(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield options as they are typed, one for each value."""
    typed = {setting: option for option, setting in SEVERAL.items()}
    for name, value in sorted(given.items()):
        option = typed.get(name, name).replace("_", "-")
        values = value if isinstance(value, tuple) else (value,)
        yield from (f"--{option}" if one is True else f"--{option}={one}" for one in values)


def refuse_without_table(given: dict[str, Any]) -> None:
    """Raise click.UsageError for options that say how a table is read, where none is given."""
    useless = [option for name, option in HOW_READ.items() if name in given]
    if useless:
        raise click.UsageError(
            f"{useless[0]} says how a table is read, and none is given. Name one with -d, or leave it out."
        )


def settings_of(project: Path, given: dict[str, Any]) -> "Settings":
    """Return the settings of a project, changed by what was given. Raises click.UsageError."""
    from anonledger.settings import read_settings

    settings = read_settings(project)
    added = {
        name: tuple(dict.fromkeys((*getattr(settings, name), *given[name])))
        for name in ADDED
        if name in given
    }
    if "drop_columns" in given and "keep_columns" not in given:
        dropped_now = contrary(given["drop_columns"], settings.keep_columns)
        added["keep_columns"] = tuple(name for name in settings.keep_columns if name not in dropped_now)
    changed = replace(settings, **{**given, **added})
    if "dist_threshold" in given and changed.matcher is not Matcher.DISTANCE:
        raise click.UsageError(
            "--dist-threshold is of the rule that looks at the distance of names alone. "
            "Add --matcher distance, or leave it out."
        )
    return changed
