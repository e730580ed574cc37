"""All places, in the order of the list.

Owns: the order of groups.
"""

from tests.places import (
    binary,
    charsets,
    container,
    forms,
    hostile,
    identity,
    intruders,
    names,
    nested,
    opaque,
    outside,
    private,
    shipped,
    standard,
    traps,
)

HOSTILE = hostile.GROUP
PLACES = [
    place
    for module in (
        standard, forms, charsets, binary, opaque, private, nested, container, outside, identity, traps,
        names, shipped, hostile, intruders,
    )
    for place in module.PLACES
]  # fmt: skip
