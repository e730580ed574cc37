"""Records come out of a worker as they went in."""

import pickle
from dataclasses import fields

import pytest

from anonledger import records
from anonledger.outcomes import Disposition, QuarantineReason, Reason
from anonledger.records import Evidence, Examined, Header, Job, Location, Output, Recipe, Rule, Verdict

WHERE = Location("/root", "a/b.zip", ("c.dcm",))
WHO = Evidence("issuer", "P-1", "Doe^Jane", "19700102", "F", ("Roe^Jane",), ("X-1",), "1.2.3")
STRANGER = records.Stranger("subj_2", ("Poe^Ann",), ("77",))
RECIPE = Recipe("subj_1", "digest", ("Doe^Jane",), ("P-1",), ("Nowhere",), (STRANGER,), ("Doe",))
WAIVED = frozenset({(QuarantineReason.RESIDUE, "pixel data")})
HEADER = Header("1.2", "1.3", "1.4", "1.5", WHO, QuarantineReason.BURNED_IN, "where", ("doe", "jane"))
EACH = [
    WHERE,
    WHO,
    STRANGER,
    RECIPE,
    HEADER,
    Examined(WHERE, 1, 2, "digest", Disposition.INSTANCE, HEADER, where="here", words=frozenset({"doe"})),
    Rule("00100010", "PatientName", "D", "it is a name"),
    Job(WHERE, "source", "job", next(iter(Reason)), RECIPE, 7, other=True, waived=WAIVED),
    Output("object", 12, "1.2", "1.3", "1.4"),
    Verdict("source", "job", Output("object", 12), QuarantineReason.RESIDUE, "there"),
]


@pytest.mark.parametrize("one", EACH, ids=lambda one: type(one).__name__)
def test_a_record_is_the_same_after_the_way_to_another_process(one: object) -> None:
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert hash(again) == hash(one)
    names = [field.name for field in fields(one)]  # type: ignore[arg-type]
    assert [getattr(again, name) for name in names] == [getattr(one, name) for name in names]
