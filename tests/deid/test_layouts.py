"""What a process has read before makes no difference to how it reads a file, but for the time it takes."""

import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import filereader

from anonledger.deid.layouts import MOST, known_layouts, steps
from anonledger.deid.regions import Parsed
from tests.deid.builders import BUNDLED, attempt
from tests.factories import ENCAPSULATED, EXPLICIT, SYNTAXES, instance, item

PLAIN = instance("Doe^Jane", "A-1", pixels=bytes(512), ReferencedImageSequence=[item(StudyID="7")])
FILES = [
    PLAIN,
    instance(pixels=None, SpecificCharacterSet="ISO_IR 100"),
    instance(syntax=ENCAPSULATED, private=[(1, "OB", b"a b c d ")]),
]


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    known_layouts.cache_clear()
    yield
    known_layouts.cache_clear()


def read(data: bytes) -> object:
    """Return what is told of a file, or the kind of error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = Parsed(data)
        except Exception as error:  # noqa: BLE001
            return type(error)
    said = {tag: value for tag, value in found._said.items() if value}
    return found.head, found.image, found.texts, found.around(), said


def read_by_pydicom(data: bytes) -> object:
    known_layouts.cache_clear()
    return read(data)


@given(st.sampled_from(range(len(FILES))), st.data())
def test_a_file_that_was_changed_anywhere_is_read_as_if_it_were_the_first(
    number: int, draw: st.DataObject
) -> None:
    data = bytearray(FILES[number])
    for _ in range(draw.draw(st.integers(1, 3))):
        # Mostly what is in front of the pixels, and mostly what one step more or less would change.
        at = draw.draw(st.integers(0, 1400)) % len(data)
        match draw.draw(st.sampled_from(["step", "byte", "cut", "insert", "remove"])):
            case "step":
                data[at] = (data[at] + draw.draw(st.sampled_from([-2, -1, 1, 2]))) % 256
            case "byte":
                data[at] = draw.draw(st.integers(0, 255))
            case "cut":
                del data[at + 1 :]
            case "insert":
                data[at:at] = draw.draw(st.binary(min_size=1, max_size=12))
            case _:
                del data[max(at, 1) : at + draw.draw(st.integers(1, 12))]
    expected = read_by_pydicom(bytes(data))
    known_layouts.cache_clear()
    for other in FILES:
        read(other)
    assert read(bytes(data)) == expected  # of the layout of another file, or of none that was read
    assert read(bytes(data)) == expected  # of its own


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_files_of_all_kinds_are_read_alike_for_the_second_time(path) -> None:  # type: ignore[no-untyped-def]
    for data in (path.read_bytes(), attempt(path.read_bytes())):
        if isinstance(data, bytes):
            first = read(data)
            assert read(data) == first


def test_a_file_of_a_known_layout_takes_no_pydicom(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (instance(f"Doe^{given}", pixels=bytes(64)) for given in ("Jane", "Maximiliane"))
    Parsed(first)
    monkeypatch.delattr(filereader, "data_element_generator")
    assert Parsed(second).said(0x00100010) == b"Doe^Maximiliane"
    with pytest.raises(ImportError):
        Parsed(instance("Doe^Jane", pixels=bytes(64), SpecificCharacterSet="ISO_IR 100"))


def test_what_is_not_plain_is_left_to_pydicom() -> None:
    for syntax in SYNTAXES:
        told = steps(instance(syntax=syntax)) is not None
        assert told == (syntax in (EXPLICIT, ENCAPSULATED)), syntax
    undefined = PLAIN.replace(b"SQ\0\0", b"SQ\0\0\xff\xff\xff\xff", 1)
    for data in (PLAIN[132:], PLAIN[:200], undefined, b"", PLAIN.replace(b"LO", b"XX", 1)):
        assert steps(data) is None


def test_layouts_are_not_remembered_without_end() -> None:
    known = known_layouts()
    for number in range(MOST + 2):
        data = PLAIN.replace(b"\x08\0\x60\0CS", b"\x08\0" + number.to_bytes(2, "little") + b"CS")
        found = steps(data)
        assert found is not None
        known.learn(found, found.end, found.elements(), (), {})
    assert len(known._known) == 2
