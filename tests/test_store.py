"""The store: objects appear whole or not at all, under the digest of their bytes."""

import hashlib
import multiprocessing
import os
import pickle
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.errors import StoreError
from anonledger.store import Store


def put(store: Store, *contents: bytes) -> list[str]:
    with store.batch() as batch:
        written = [batch.write([content]) for content in contents]
        for one in written:
            batch.keep(one)
    return [one.digest for one in written]


def files(store: Store) -> list[str]:
    return sorted(p.relative_to(store.root).as_posix() for p in store.root.rglob("*") if p.is_file())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_object_reads_back_under_the_digest_of_its_bytes(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    [digest] = put(store, b"slice")
    assert digest == sha256(b"slice")
    assert store.path(digest) == tmp_path / "objects" / digest[:2] / digest[2:]
    assert store.has(digest) and store.known() == {digest}
    with store.open(digest) as stream:
        assert stream.read() == b"slice"
    assert list(store.verify()) == [(digest, True)]


@given(pieces=st.lists(st.binary(max_size=100_000), max_size=8))
def test_pieces_are_written_in_order_however_they_are_cut(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "pieces")
    with store.batch() as batch:
        written = batch.write(memoryview(p) if i % 2 else p for i, p in enumerate(pieces))
        whole = b"".join(pieces)
        assert Path(written.path).read_bytes() == whole
        assert (written.digest, written.size) == (sha256(whole), len(whole))


def test_only_what_is_kept_becomes_an_object(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.batch() as batch:
        kept, dropped, forgotten, regretted = (batch.write([x]) for x in (b"a", b"b", b"c", b"d"))
        batch.keep(kept)
        batch.drop(dropped)
        assert not Path(dropped.path).exists()
        batch.keep(regretted)
        batch.drop(regretted)
        assert Path(forgotten.path).exists() and not store.known()
    assert store.known() == {kept.digest}
    assert len(files(store)) == 1


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt), store.batch() as batch:
        batch.keep(batch.write([b"a"]))
        raise KeyboardInterrupt
    assert files(store) == []


def test_trouble_in_a_source_removes_its_file_and_spares_the_batch(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the source went away")

    store = Store(tmp_path)
    with store.batch() as batch:
        with pytest.raises(OSError, match="went away"):
            batch.write(broken())
        assert files(store) == []
        batch.keep(batch.write([b"whole"]))
    assert store.known() == {sha256(b"whole")}


def test_the_first_of_two_equal_objects_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    [digest] = put(store, b"same")
    before = store.path(digest).stat()
    assert put(store, b"same", b"same", b"other")[:2] == [digest, digest]
    assert os.path.samestat(store.path(digest).stat(), before)
    assert len(files(store)) == 2


def test_an_object_that_lost_bytes_is_put_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    [digest] = put(store, b"precious")
    store.path(digest).chmod(0o600)
    store.path(digest).write_bytes(b"prec")
    assert list(store.verify()) == [(digest, False)]
    put(store, b"precious")
    assert list(store.verify()) == [(digest, True)]


def test_prune_removes_what_nobody_names_and_stale_temps(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep, _ = put(store, b"keep", b"lose this")
    (store.temps / "1-dead").write_bytes(b"xyz")
    assert store.prune({keep}) == (2, len(b"lose this") + 3)
    assert store.known() == {keep}
    assert store.prune([keep]) == (0, 0)


def test_a_missing_object_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"Object 0{12}… is missing\. Run again"):
        Store(tmp_path).open("0" * 64)


def test_a_store_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "objects").write_bytes(b"")
    with pytest.raises(StoreError, match="run the same command again"):
        Store(tmp_path / "objects")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_reads_the_store_and_nobody_writes_an_object(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    [digest] = put(store, b"x")
    with store.batch() as batch:
        assert stat.S_IMODE(Path(batch.write([b"y"]).path).stat().st_mode) == 0o600
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (store.root, store.temps, store.path(digest).parent)}
    assert modes == {0o700}
    assert stat.S_IMODE(store.path(digest).stat().st_mode) == 0o444


def contribute(store: Store, start: int) -> set[str]:
    return {d for n in range(20) for d in put(store, b"%d" % (start + n), b"shared %d" % n)}


def test_many_processes_put_at_once_also_the_same_objects(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        put_by = list(pool.map(contribute, [store] * 3, (0, 10, 20)))
    assert store.known() == set().union(*put_by)
    assert len(store.known()) == 40 + 20
    assert all(right for _, right in store.verify())
    assert store.clear_temps() == (0, 0)


def test_a_store_travels_to_a_worker(tmp_path: Path) -> None:
    assert pickle.loads(pickle.dumps(Store(tmp_path))).root == tmp_path


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, str(folder)], text=True, capture_output=True)


def test_a_killed_process_leaves_only_a_temp_that_is_cleared(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from anonledger.store import Store
with Store(Path(sys.argv[1])).batch() as batch:
    batch.keep(batch.write([b"half a batch"]))
    os._exit(9)
"""
    assert run(script, tmp_path).returncode == 9
    store = Store(tmp_path)
    assert store.known() == set()
    assert store.clear_temps() == (1, len(b"half a batch"))
    assert files(store) == []


def test_a_system_without_syncfs_puts_too(tmp_path: Path) -> None:
    script = """
import sys
sys.platform = "elsewhere"
from pathlib import Path
from anonledger.store import Store
with Store(Path(sys.argv[1])).batch() as batch:
    batch.keep(batch.write([b"a"]))
    batch.keep(batch.write([b"b"]))
"""
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert Store(tmp_path).known() == {sha256(b"a"), sha256(b"b")}


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
def test_a_disk_that_takes_no_more_is_said_in_a_sentence(tmp_path: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from anonledger.errors import StoreError
from anonledger.store import Store
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with store.batch() as batch:
        batch.write([b"x" * 100, b"x" * 200_000])
except StoreError as error:
    sys.exit(str(error))
"""
    done = run(script, tmp_path)
    assert "The disk failed at" in done.stderr and "run the same command again" in done.stderr
    assert files(Store(tmp_path)) == []


CHURN = """
import itertools, pathlib, sys
for number in itertools.count():
    path = pathlib.Path(sys.argv[1]) / f"1-{number:016x}"
    path.write_bytes(b"x")
    path.unlink(missing_ok=True)
"""


def test_temps_that_vanish_meanwhile_stop_nobody(tmp_path: Path) -> None:
    """The workers of a killed run tidy up while the next run begins."""
    store = Store(tmp_path)
    worker = subprocess.Popen([sys.executable, "-c", CHURN, store.temps])
    try:
        while not list(store.temps.iterdir()):
            pass
        for _ in range(3000):
            store.clear_temps()
    finally:
        worker.kill()
        worker.wait()
