"""A digest tells every structure apart, and is the same whatever way its bytes were put together."""

from hashlib import sha256

from hypothesis import example, given
from hypothesis import strategies as st

from anonledger.digests import Part, digest

texts = st.text(st.characters(categories=["L", "N", "Cs"]), max_size=3)
parts = st.recursive(
    st.none() | st.integers() | st.binary(max_size=3) | texts,
    lambda one: st.lists(one, max_size=4),
    max_leaves=9,
)


def bytes_of(part: Part) -> bytes:
    """Return the canonical bytes as they are written down: a letter, the length in bytes, a colon, these."""
    match part:
        case None:
            letter, raw = "n", b""
        case bytes():
            letter, raw = "b", part
        case str():
            letter, raw = "s", part.encode("utf-8", "surrogatepass")
        case int():
            letter, raw = "i", str(part).encode()
        case _:
            letter, raw = "l", b"".join(map(bytes_of, part))
    return f"{letter}{len(raw)}:".encode() + raw


@given(parts, parts)
@example(["plain", "texts"], ["plain", "textß"])
def test_a_digest_is_that_of_the_canonical_bytes(one: Part, other: Part) -> None:
    assert digest("tag", one, other) == sha256(bytes_of(["tag", one, other])).hexdigest()


@given(parts, parts)
@example(["ab", "c"], ["a", "bc"])
@example(["a"], "a")
def test_two_structures_have_two_digests(one: Part, other: Part) -> None:
    assert (digest("tag", one) == digest("tag", other)) == (one == other)
