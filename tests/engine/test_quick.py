"""A source that is no longer what was looked at is held back, however it is told apart."""

import os
from pathlib import Path

import pytest

from anonledger.engine.progress import Silent
from anonledger.engine.quick import PLACES, QuickDigests
from anonledger.outcomes import Disposition, ExitCode, QuarantineReason
from anonledger.records import Examined, Location
from tests import factories
from tests.engine.conftest import Runner
from tests.ledger.makers import job


class Meddling(Silent):
    """Changes a file when the cleaning begins: another byte, the same size and time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, stage: str, total: int | None) -> None:
        if stage == "Pseudonymizing":
            status = self._path.stat()
            data = self._path.read_bytes()
            self._path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
            os.utime(self._path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("earlier", [False, True], ids=["in this run", "in an earlier one"])
def test_a_source_that_changes_before_it_is_cleaned_is_held_back(
    tmp_path: Path, go: Runner, earlier: bool
) -> None:
    path = tmp_path / "dicom" / "a.dcm"
    path.write_bytes(factories.instance("Rossini^Anna", "A-104477", pixels=bytes(64)))
    if earlier:
        go()
    outcome = go(forced=earlier, progress=Meddling(path))
    assert outcome.exit_code is ExitCode.QUARANTINED
    assert outcome.report.quarantined == {QuarantineReason.CHANGED_WHILE_READ: 1}
    assert not list((tmp_path / "anonymized").rglob("*.dcm"))


def test_quick_digests_are_kept_in_a_table_of_fixed_size() -> None:
    quick = QuickDigests()
    first, other, same_place = f"a{1:063x}", f"b{2:063x}", f"c{PLACES + 1:063x}"
    quick.keep([looked_at(first, b"1" * 16), looked_at("", b"")])
    assert quick.of(job(digest) for digest in (first, other, same_place)) == (b"1" * 16, b"", b"")
    quick.keep([looked_at(same_place, b"2" * 16)])
    assert quick.of(job(digest) for digest in (first, same_place)) == (b"", b"2" * 16)


def looked_at(digest: str, quick: bytes) -> Examined:
    return Examined(Location("/in", "a"), 1, 1, digest, Disposition.OTHER, quick=quick)
