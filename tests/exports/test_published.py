"""The list of published files and where they come from, made of records alone."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from anonledger.exports.manifest import manifest
from anonledger.outcomes import RunStatus
from anonledger.records import Published, RunSummary

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
FILES = [
    Published("subj_A/1.2/3.dcm", "a" * 64, 90, "r" * 64, 1, "s" * 64, "/made/up/Doe Jane/1"),
    Published('subj_B/x, "y" é/4.dcm', "b" * 64, 91, "q" * 64, 3, "t" * 64, "/made/up/2"),
]


def run(number: int, rules: str) -> RunSummary:
    return RunSummary(
        id=number,
        started=NOON,
        finished=NOON,
        status=RunStatus.DONE,
        exit_code=0,
        command="run /made/up/Doe Jane",
        version="0.1.0",
        profile="pseudonymize",
        rules_digest=rules,
        output_root="/made/up/out",
        counts={},
    )


RUNS = [run(1, "r" * 64), run(3, "q" * 64)]


def lines(**wanted: bool) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(manifest(FILES, **wanted)).decode())))


def test_the_manifest_tells_of_sources_only_when_asked() -> None:
    header, *rows = lines()
    assert header == ["path", "object_sha256", "size", "rules_digest", "run"]
    assert rows[1] == [FILES[1].path, "b" * 64, "91", "q" * 64, "3"]
    assert [row[5:] for row in lines(sources=True)] == [["source_sha256"], ["s" * 64], ["t" * 64]]
    assert [row[6] for row in lines(sources=True, places=True)[1:]] == [one.source for one in FILES]


def test_the_provenance_leads_from_each_file_to_run_version_and_rules_and_to_no_source() -> None:
    model = pytest.importorskip("prov.model")
    from anonledger.exports.provenance import provenance

    made = b"".join(provenance(FILES, RUNS, 2, "m" * 64))
    assert made == b"".join(provenance(FILES, RUNS, 2, "m" * 64))
    for secret in (b"Doe", b"made", b"s" * 64, b"t" * 64):
        assert secret not in made
    document = model.ProvDocument.deserialize(content=made.decode(), format="json")
    assert len(list(document.get_records(model.ProvEntity))) == 5
    told = json.loads(made)
    (generation,) = [
        one for one in told["wasGeneratedBy"].values() if one["prov:activity"] == "anonledger:run/3"
    ]
    assert told["entity"][generation["prov:entity"]]["anonledger:sha256"] == "b" * 64
    association = told["wasAssociatedWith"]["anonledger:association/3"]
    assert association["prov:agent"] in told["agent"] and association["prov:plan"] in told["entity"]
    assert told["entity"]["anonledger:dataset"]["anonledger:manifest_sha256"] == "m" * 64


def test_the_provenance_of_nothing_is_a_document_as_well() -> None:
    model = pytest.importorskip("prov.model")
    from anonledger.exports.provenance import provenance

    made = b"".join(provenance([], [], 0, "m" * 64)).decode()
    (record,) = model.ProvDocument.deserialize(content=made, format="json").get_records()
    assert record.identifier.localpart == "dataset"
