"""The bytes that are published stay the same, whatever is made faster.

Owns: the digests here change only when what is published is meant to change; then the changelog says so.
"""

import hashlib
from pathlib import Path

import pytest

from tests import factories
from tests.benchmarks import corpora
from tests.benchmarks.leaking import PEOPLE
from tests.program import anonledger, contents

# By kind: digests of the files as made, which another pydicom may make otherwise, and of what is published.
GOLDEN = {
    "CT": ("0e3896552c39757d", "8c6916ab4dfecbd4"),
    "MR": ("535058367c27b8d6", "198c5326d6372568"),
    "JPEG": ("567ebf69a7a1fc80", "003e0b6d67d990bb"),
}


def digest(files: dict[str, str]) -> str:
    """Return one digest of files, by their paths and digests."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]


@pytest.mark.parametrize("kind", GOLDEN)
def test_what_is_published_is_the_same_to_the_byte(tmp_path: Path, kind: str) -> None:
    made, published = GOLDEN[kind]
    corpora.build(tmp_path / "in", kind, 8)
    if digest(contents(tmp_path / "in")) != made:
        pytest.skip("this pydicom writes the files that are the input in another way")
    rows = [[f"{given} {family}", number] for family, given, number in PEOPLE]
    factories.table(tmp_path / "people.csv", [["name", "patient_id"], *rows])
    anonledger("run", "in", "-d", "people.csv", cwd=tmp_path, status=None)
    assert digest(contents(tmp_path / "anonymized")) == published
