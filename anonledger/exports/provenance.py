"""Where the published files come from, as W3C PROV-JSON: which run of which version made them by which rules.

Owns: nothing is told of sources; memory does not grow with the number of files.
Source: W3C PROV-DM; the PROV-JSON Serialization (W3C Member Submission).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeAlias
from urllib.parse import quote

from prov.constants import PROV, PROV_TYPE
from prov.model import ProvDocument

from anonledger.records import Published, RunSummary

SPACE, URI = "anonledger", "urn:anonledger:"
SECTIONS = ("prefix", "agent", "activity", "entity", "wasAssociatedWith", "wasGeneratedBy")
AT_ONCE = 1000  # files in one document of the library
Section: TypeAlias = dict[str, Any]
About: TypeAlias = dict[Any, Any]  # the library takes names of several kinds


def provenance(
    files: Iterable[Published], runs: Sequence[RunSummary], count: int, manifest: str
) -> Iterator[bytes]:
    """Yield the document in pieces; ``files`` are gone through twice.

    ``runs``: those that made the files, oldest first; ``count``: how many files there are; ``manifest``: the
    SHA-256 of the manifest that may be shared.
    """
    frame = _sections(_frame(runs, count, manifest))
    parts: dict[str, Iterable[Section]] = {name: [frame.get(name, {})] for name in SECTIONS}
    for name, add in (("entity", _entity), ("wasGeneratedBy", _generation)):
        parts[name] = chain(parts[name], _of_files(files, add, name))
    for before, name in zip(chain("{", ",,,,,"), SECTIONS, strict=True):
        yield f'{before}\n  "{name}": {{'.encode()
        yield from _members(parts[name])
        yield b"\n  }"
    yield b"\n}\n"


def _frame(runs: Sequence[RunSummary], count: int, manifest: str) -> ProvDocument:
    """Return all but the files: runs, versions, rules, and the dataset as a whole."""
    document = _document()
    told: About = {PROV_TYPE: PROV["Collection"], _name("files"): count, _name("manifest_sha256"): manifest}
    document.entity(_name("dataset"), told)
    for version in sorted({run.version for run in runs}):
        told = {PROV_TYPE: PROV["SoftwareAgent"], PROV["label"]: f"anonledger {version}"}
        document.agent(_name(f"software/{version}"), told)
    for rules, profile in sorted({(run.rules_digest, run.profile) for run in runs}):
        told = {PROV_TYPE: PROV["Plan"], PROV["label"]: f"profile {profile}"}
        document.entity(_name(f"rules/{rules}"), told)
    for run in runs:
        software, rules = _name(f"software/{run.version}"), _name(f"rules/{run.rules_digest}")
        document.activity(_run(run.id), run.started, run.finished)
        document.wasAssociatedWith(_run(run.id), software, rules, _name(f"association/{run.id}"))
    return document


def _entity(document: ProvDocument, _: int, one: Published) -> None:
    told: About = {_name("sha256"): one.object_digest, _name("size"): one.size}
    document.entity(_file(one), told)


def _generation(document: ProvDocument, number: int, one: Published) -> None:
    document.wasGeneratedBy(_file(one), _run(one.run), identifier=_name(f"generation/{number}"))


def _of_files(
    files: Iterable[Published], add: Callable[[ProvDocument, int, Published], None], section: str
) -> Iterator[Section]:
    left = enumerate(files, start=1)
    while some := tuple(islice(left, AT_ONCE)):
        document = _document()
        for number, one in some:
            add(document, number, one)
        yield _sections(document)[section]


def _members(parts: Iterable[Section]) -> Iterator[bytes]:
    before = "\n"
    for part in parts:
        for name, told in sorted(part.items()):
            yield f"{before}    {json.dumps(name)}: {json.dumps(told, sort_keys=True)}".encode()
            before = ",\n"


def _document() -> ProvDocument:
    document = ProvDocument()
    document.add_namespace(SPACE, URI)
    return document


def _sections(document: ProvDocument) -> dict[str, Section]:
    found: dict[str, Section] = json.loads(document.serialize(format="json") or "{}")
    return found


def _file(one: Published) -> str:
    return _name(f"file/{quote(one.path.encode('utf-8', 'surrogatepass'))}")


def _run(number: int) -> str:
    return _name(f"run/{number}")


def _name(local: str) -> str:
    return f"{SPACE}:{local}"
