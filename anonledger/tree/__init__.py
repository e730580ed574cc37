"""The output tree: what it is called, what it lacks, and how it is made from objects.

Owns: the names by which the hall knows this room.
"""

from anonledger.tree.naming import checksums, instance_path, other_path
from anonledger.tree.placing import (
    carry_out,
    digest_of,
    hand_out,
    holds,
    is_stream,
    materialize,
    write_file,
    write_pieces,
)
from anonledger.tree.surveying import TreeChange, compare, recognised, refuse, stands, survey

__all__ = [
    "TreeChange",
    "carry_out",
    "checksums",
    "compare",
    "digest_of",
    "hand_out",
    "holds",
    "instance_path",
    "is_stream",
    "materialize",
    "other_path",
    "recognised",
    "refuse",
    "stands",
    "survey",
    "write_file",
    "write_pieces",
]
