"""``anonledger demo``: a small made-up study, and what the job makes of it.

Owns: nothing but the story that it tells.
"""

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonledger.cli.closing import closing_lines
from anonledger.cli.present import Bar, shown
from anonledger.cli.run import write_report

if TYPE_CHECKING:
    from anonledger.engine.demo import Demo
    from anonledger.engine.outcome import Outcome
    from anonledger.engine.request import Request

FOLDER = "anonledger-demo"
NOTES_AT = 40  # where notes on files begin, in characters
UID_LENGTH = 10  # characters from which a UID is shortened
HEAD = 4  # lines of a table that are enough to see what happens to it


@click.command("demo", epilog="Exit status: 0 done; 1 error; 2 the folder is not empty, nothing written.")
@click.argument("folder", metavar="[DIR]", default=FOLDER, type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Build a small made-up study in DIR (default ./anonledger-demo) and run the job on it.

    The images are the examples that come with pydicom; nothing is downloaded. Remove DIR when you are done.
    """
    from anonledger.engine import demo
    from anonledger.engine import run as engine

    built = demo.build(folder)
    request = _request(built)
    table = _lines(built.table)
    _say(_study(built))
    first = engine.run(request, Bar(quiet=False))
    _say(_first_run(built, request, first))
    _say(_shareable(built, request.project.output, table))
    _say(_private(request.project.private, built.sources))
    again = engine.run(request, Bar(quiet=False))
    write_report(request)
    _say(_second_run(built, request, again))
    _say(_next_steps(folder))


def _request(built: "Demo") -> "Request":
    from anonledger.engine.project import project_at
    from anonledger.engine.request import Request
    from anonledger.settings import Settings

    return Request(
        project=project_at(built.folder),
        sources=(built.sources,),
        table=built.table,
        settings=Settings(),
        salt_file=built.salt_file,
        command="demo",
    )


def _study(built: "Demo") -> Iterator[str]:
    yield f"A made-up study was built in {built.folder}. Nobody in it exists; the images come with pydicom."
    yield "Each file names its patient in several elements, a private one among them."
    yield ""
    own = [([built.table.name], "typos, accents, swapped names"), ([built.salt_file.name], "see below")]
    yield from _tree([*((file.path.split("/"), file.note) for file in built.files), *own])


def _first_run(built: "Demo", request: "Request", outcome: "Outcome") -> Iterator[str]:
    yield from _title("The run")
    yield f"$ cd {_quoted(built.folder)}"
    yield f"$ {_command_line(built)}"
    yield ""
    yield from closing_lines(request, outcome)
    yield ""
    yield "One file is broken on purpose: it is held back, and all the others are done. In a script this run"
    yield f"would end with exit status {outcome.exit_code:d}; the demo itself ends with 0."
    yield "The salt is a fixed one, so that everybody sees the same. Without --salt-file a run makes a secret"
    yield "one, which nobody else can make the pseudonyms without, and keeps it in .anonledger/key."


def _command_line(built: "Demo") -> str:
    return f"anonledger run {built.sources.name} -d {built.table.name} --salt-file {built.salt_file.name}"


def _shareable(built: "Demo", output: Path, table: Sequence[str]) -> Iterator[str]:
    from anonledger.engine.demo import before_and_after

    yield from _title(f"What you can share: {output.name}/")
    found = (path.relative_to(output) for path in output.rglob("*") if path.is_file())
    paths = sorted(found, key=Path.as_posix)
    yield from _tree([(_in_short(path), "") for path in paths])
    yield ""
    yield "Below each pseudonym: study/series/instance.dcm (UIDs are shortened here)."
    yield ""
    yield f"Elements of {built.example.name}:"
    rows = before_and_after(built, output)
    yield from _indented(shown(("element", "before", "after"), rows, "table").splitlines())
    yield ""
    yield "The physician is not the patient and stays; --remove-tag ReferringPhysicianName removes that too."
    yield ""
    yield "demographics.csv before:"
    yield from _indented([*table[:HEAD], "..."])
    yield "demographics.csv after, for the patients with images only:"
    yield from _indented([*_lines(output / "demographics.csv")[:HEAD], "..."])


def _private(folder: Path, sources: Path) -> Iterator[str]:
    yield from _title(f"What you keep to yourself: {folder.name}/")
    for name, what, columns in (
        ("mapping", "who is who", ("pseudonym", "patient_name", "patient_id", "birth_date")),
        ("missing", "patients without a row in the table", ("pseudonym", "patient_name", "birth_date")),
        ("quarantine", "files held back", ("path", "reason")),
    ):
        rows = [[row[column] for column in columns] for row in csv.DictReader(_lines(folder / f"{name}.csv"))]
        if name == "quarantine":
            rows = [[path.rpartition(f"/{sources.name}/")[2], *rest] for path, *rest in rows]
        yield f"{name}.csv, {what}:"
        yield from _indented(shown(columns, rows, "table").splitlines())
        yield ""
    yield "matches.csv says how each patient was found in the table; report.html sums it up for a browser."


def _second_run(built: "Demo", request: "Request", outcome: "Outcome") -> Iterator[str]:
    yield from _title("The same run again")
    yield f"$ {_command_line(built)}"
    yield from list(takewhile(bool, closing_lines(request, outcome)))[-1:]


def _next_steps(folder: Path) -> Iterator[str]:
    yield from _title("Next")
    steps = (
        (f"anonledger status --project {_quoted(folder)}", "what the project holds"),
        ("anonledger profile show", "what is done to each element"),
        ("anonledger run YOUR_DICOM -d YOUR_TABLE.csv", "the same for your data, in a folder of its own"),
        ("anonledger run --help", "all options"),
    )
    yield from (f"  {line:44}  {what}" for line, what in steps)
    yield ""
    yield f"Remove {folder} when you are done."


def _quoted(folder: Path) -> str:
    return f'"{folder}"' if " " in str(folder) else str(folder)


def _title(text: str) -> Iterator[str]:
    yield from ("", text, "-" * len(text))


def _tree(files: Iterable[tuple[Sequence[str], str]]) -> Iterator[str]:
    """Yield a line for each folder and each file of (parts of the path, note); siblings come together."""
    above: Sequence[str] = ()
    for (*folders, name), note in files:
        common = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(above, folders, strict=False))))
        for depth in range(common, len(folders)):
            yield f"{'  ' * (depth + 1)}{folders[depth]}/"
        yield f"{'  ' * (len(folders) + 1) + name:{NOTES_AT}}  {note}".rstrip()
        above = folders


def _in_short(path: Path) -> list[str]:
    """Return the folder on top, and what lies in it as one part, UIDs by their ends."""
    top, *rest = map(_shortened, path.parts)
    return [top, "/".join(rest)] if rest else [top]


def _shortened(name: str) -> str:
    uid = name.removesuffix(".dcm")
    is_long_uid = len(uid) > UID_LENGTH and uid.replace(".", "").isdigit()
    return f"{uid[:3]}...{uid[-5:]}{name[len(uid) :]}" if is_long_uid else name


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}".rstrip() for line in lines)


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _say(lines: Iterable[str]) -> None:
    """Print lines, with a question mark for a letter that the terminal cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo("\n".join(lines).encode(encoding, "replace").decode(encoding))
