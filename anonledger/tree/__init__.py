"""The output tree: what it is called, what it lacks, and how it is made from objects.

Owns: the names by which the hall knows this room.
"""

from anonledger.tree.naming import checksums, instance_path, other_path
from anonledger.tree.placing import carry_out, hand_out, materialize, write_file
from anonledger.tree.surveying import TreeChange, survey

__all__ = [
    "TreeChange",
    "carry_out",
    "checksums",
    "hand_out",
    "instance_path",
    "materialize",
    "other_path",
    "survey",
    "write_file",
]
