"""A name that is escaped or encoded in the bytes is found all the same."""

import base64
import json
import quopri
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.deid.transforms import readings
from anonledger.deid.verify import verify_bytes, verify_instance
from tests.deid.builders import cleaned, recipe
from tests.factories import instance

NAME = "Müllenhoff^Jürgen"
WHO = recipe(NAME)
NOTE = "the patient Jürgen Müllenhoff was seen"


@pytest.mark.parametrize("raw", [
    quote(NOTE).encode(), quote(NOTE.encode("latin-1")).encode(), b"%4D%C3%BCllenhoff",
    json.dumps(NOTE).encode(),
    b"\\u004d\\u00fcllenhoff", b"M&uuml;llenhoff", b"M&#252;llenhoff", b"M&#xFC;llenhoff", b"M\\xfcllenhoff",
    quopri.encodestring(NOTE.encode()), quopri.encodestring(NOTE.encode("latin-1")),
    base64.b64encode(NOTE.encode()), base64.b64encode(NOTE.encode("utf-16-le")),
    base64.b64encode("A Müllenhoff".encode()), base64.b64encode("An Müllenhoff".encode()).rstrip(b"="),
    base64.encodebytes(b"x" * 40 + NOTE.encode() * 3), base64.b64encode(base64.b64encode(NOTE.encode())),
    NOTE.encode().hex().encode(), NOTE.encode("latin-1").hex().upper().encode(),
    b"0x" + NOTE.encode().hex().encode(),
])  # fmt: skip
def test_a_name_in_web_coding_base64_or_hexadecimal_is_found(raw: bytes) -> None:
    assert verify_bytes(b"data: " + raw + b" end", WHO) is not None
    coded = cleaned(instance(private=[(1, "OB", b"data: " + raw + b" ")]), recipe("Doe^Jane"))
    found = verify_instance(coded, WHO)
    assert found is not None and found.where == "(0009,1001)"


@pytest.mark.parametrize("text", [
    "100% of a=b & c; x\\y", "1.2.840.10008.1.2.1.99.1234567890123456", "T1_MPRAGE_SAG_P2_ISO_ABCDEFGH",
    "0123456789abcdef0123456789abcdef", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "&nosuchname;&#0;&#xFFFFFF;\\ud800",
])  # fmt: skip
def test_what_only_looks_encoded_holds_nobody(text: str) -> None:
    assert verify_bytes(text.encode(), WHO) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_they_are_first_and_in_a_few_ways(raw: bytes) -> None:
    found = list(readings(raw))
    assert found[0] is raw
    assert len(found) < 16
    assert sum(map(len, found)) < 100 * len(raw) + 100
