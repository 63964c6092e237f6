"""Mutants: files that were damaged, or built to deceive. A mutant is known by a seed and its number.

Half of them have wrong bytes, three in ten wrong numbers, two in ten are packed anew with parts missing, doubled,
truncated or lied about (reliability.md §3, G3).
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.fuzz import bytewise, numbers, packages
from tests.fuzz.seeds import Seed, a_seed

Mutation = Callable[[Random, bytes], bytes]


class Mutant(NamedTuple):
    """A file that nobody has ever handed in, what it was made from, and how."""

    number: int
    name: str
    content: bytes
    how: str


def a_mutant(seed: int, number: int) -> Mutant:
    """Make the mutant of that number; the same two numbers give the same bytes."""
    chance = Random(f"{seed}:{number}")  # noqa: S311 - it must be the same again, not secret
    origin = a_seed(chance)
    mutations = _mutations(chance, origin)
    content = origin.content
    for mutation in mutations:
        content = mutation(chance, content)
    return Mutant(number, origin.name, content, " + ".join(mutation.__name__ for mutation in mutations))


def _mutations(chance: Random, origin: Seed) -> list[Mutation]:
    kind = chance.choices(("bytes", "numbers", "packed"), (5, 3, 2))[0]
    if origin.is_package:
        of_kind = {
            # What is flipped inside a packed part is found by its checksum; more is learned within the part.
            "bytes": (chance.choice(bytewise.MUTATIONS), *[packages.in_a_part(one) for one in bytewise.MUTATIONS]),
            "numbers": tuple(packages.in_a_part(one, packages.is_markup) for one in numbers.IN_MARKUP)
            + tuple(packages.in_a_part(one, packages.is_binary) for one in numbers.IN_RECORDS),
            "packed": packages.MUTATIONS,
        }[kind]
    elif origin.content[:1] == b"\xd0":
        of_kind = {"bytes": bytewise.MUTATIONS, "numbers": numbers.IN_RECORDS, "packed": numbers.IN_SECTORS}[kind]
    else:
        of_kind = {"bytes": bytewise.MUTATIONS, "numbers": numbers.IN_TEXT, "packed": bytewise.IN_TEXT}[kind]
    return [chance.choice(of_kind) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
