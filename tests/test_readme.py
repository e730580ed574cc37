"""Hold the README to what the program does: commands, options, rules, examples and the demo's output.

Owns: nothing in the README that a newcomer would copy or rely on is out of date.
"""

import csv
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import anonledger
from anonledger.cli.main import cli
from anonledger.deid.hunt import Hunter
from anonledger.deid.scrub import clean_string
from anonledger.outcomes import ExitCode, Reason
from anonledger.records import Person, Recipe
from anonledger.settings import Settings, read_settings
from anonledger.subjects.linkage import link

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HOME = "/home/you"  # where the README says that the demo was run


def after(marker: str) -> str:
    """Return what follows a heading or a comment."""
    found = re.search(rf"^{re.escape(marker)}$", README, re.MULTILINE)
    assert found, marker
    return README[found.end() :].lstrip("\n")


def fenced(marker: str) -> str:
    found = re.match(r"(?s).*?^```\w+\n(.*?)^```$", after(marker), re.MULTILINE)
    assert found, marker
    return found[1]


def table(text: str) -> list[list[str]]:
    """Return the cells of the first table of a section, without its head and without code marks."""
    section = re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)*)", section, re.MULTILINE)
    rows = found[1].splitlines() if found else []
    return [[cell.strip() for cell in row.strip("|").replace("`", "").split("|")] for row in rows]


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that does something, with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif command is not None:
            yield (*path, name), command


COMMANDS = dict(commands(cli))
IN_CODE = sorted(
    {
        line.strip()
        for block in re.findall(r"(?ms)^```\w+\n(.*?)^```$", README)
        for line in re.findall(r"(?:^|&& |\$ )anonledger ([^\n&>]*)", block, re.MULTILINE)
    }
)


def program(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "anonledger", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("line", IN_CODE)
def test_a_command_in_a_code_block_can_be_given_as_it_stands(line: str) -> None:
    words = shlex.split(line)
    path = next((path for path in COMMANDS if tuple(words[: len(path)]) == path), None)
    assert path, line
    assert COMMANDS[path].make_context(path[-1], words[len(path) :])


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_option_table_of_a_command_is_complete(path: tuple[str, ...]) -> None:
    rows = table(after(f"### anonledger {' '.join(path)}"))
    options = [p for p in COMMANDS[path].params if isinstance(p, click.Option)]
    assert [row[0] for row in rows] == [", ".join(option.opts) for option in options]


@pytest.mark.parametrize("option", ["--ids", "--layout", "--format"])
def test_the_values_of_an_option_are_accepted_as_the_table_spells_them(option: str) -> None:
    run = COMMANDS["run",]
    row = next(row for row in table(after("### anonledger run")) if row[0] == option)
    values = re.findall(r"\b(hash|sequential|uid|mirror|table|csv|json)\b", row[1])
    assert len(values) > 1
    for value in values:
        assert run.make_context("run", ["scans", option, value])


def test_exit_statuses_are_those_of_the_program(tmp_path: Path) -> None:
    rows = table(after("### Exit status"))
    assert [int(status) for status, _ in rows] == list(ExitCode)
    told = " ".join(program("run", "--help", cwd=tmp_path).split())
    assert all(f"{status} {meaning}" in told for status, meaning in rows)


def test_the_settings_are_all_there_with_their_defaults(tmp_path: Path) -> None:
    block = fenced("### Settings")
    (tmp_path / "anonledger.toml").write_text(block, "utf-8")
    assert read_settings(tmp_path) == Settings()
    assert list(tomllib.loads(block)) == [field.name for field in fields(Settings)]


def test_the_action_table_is_what_the_program_prints(tmp_path: Path) -> None:
    printed = csv.reader(io.StringIO(program("profile", "show", "--format", "csv", cwd=tmp_path)))
    assert table(after("<!-- table of: anonledger profile show -->")) == list(printed)[1:]


@pytest.mark.parametrize("who", re.findall(r"^<!-- examples of the hunt: (.*) -->$", README, re.MULTILINE))
def test_the_examples_of_what_counts_as_the_name_come_out_so(who: str) -> None:
    name, number, pseudonym = (part.strip() for part in who.split(","))
    hunter = Hunter(Recipe(pseudonym, "", (name,), (number,) if number else ()))
    rows = table(after(f"<!-- examples of the hunt: {who} -->"))
    assert rows
    assert [[text, clean_string(text, hunter, pseudonym)] for text, _ in rows] == rows


def test_the_examples_of_linkage_come_out_so() -> None:
    rows = table(after("<!-- examples of linkage -->"))
    assert rows
    for dicom, people, *said in rows:
        among = [_person(number, text) for number, text in enumerate(people.split("; "), 1)]
        (found,) = link([_person(0, dicom)], among)
        told = f"{found.status}, row {found.rows[0]}" if found.rows and len(among) > 1 else str(found.status)
        assert (dicom, people, said) == (dicom, people, [told, "; ".join(found.reasons)])


def _person(number: int, text: str) -> Person:
    name, _, birth, _, id_ = re.fullmatch(r"(.*?)( (\d{8}))?( #(\S+))?", text).groups("")  # type: ignore[union-attr]
    return Person(number, (name,), (birth,) if birth else (), "", (id_,) if id_ else (), (number,))


def test_the_reasons_are_those_of_the_program() -> None:
    assert [row[0] for row in table(after("## A dataset that grows"))] == list(Reason)


def test_an_option_that_stands_for_one_of_another_program_exists() -> None:
    ours = [row[1] for row in table(after("## For users of csg_dicoms_anonymizer"))]
    options = {name for option in COMMANDS["run",].params for name in option.opts}
    assert {word for cell in ours for word in re.findall(r"(?<!\w)--[\w-]+", cell)} <= options


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder that the demo was run in, and what it printed."""
    folder = tmp_path_factory.mktemp("demo").resolve()
    return folder, program("demo", cwd=folder)


def test_the_demo_prints_what_the_readme_shows(demo: tuple[Path, str]) -> None:
    folder, printed = demo
    shown = printed.replace(str(folder), HOME).replace(os.sep, "/")
    assert [line.rstrip() for line in shown.splitlines()] == fenced(
        "<!-- output of: anonledger demo -->"
    ).splitlines()


def test_everything_lies_where_the_readme_says(demo: tuple[Path, str]) -> None:
    names = re.findall(
        r"^( +)([\w.]+(?:\.csv|/)|SHA256SUMS)(?= |$)", fenced("## What lies where"), re.MULTILINE
    )
    top = ""
    assert len(names) > 8
    for indent, name in names:
        top = name if len(indent) == 2 else top
        assert (demo[0] / "anonledger-demo" / top / ("" if name == top else name)).exists(), name


def test_links_within_the_readme_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target in anchors or (ROOT / target).is_file(), target


def test_the_version_is_the_same_in_every_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    dated = re.search(r"(?m)^date-released: (.*)$", citation)
    assert dated
    assert project["version"] == anonledger.__version__
    assert f"\nversion: {anonledger.__version__}\n" in citation
    assert f"\n## [{anonledger.__version__}] - {dated[1]}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
