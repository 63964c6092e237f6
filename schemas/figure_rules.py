"""How each figure of a report is made, as a German sentence: ``schemas/data/figure_rules.csv``.

The first line whose pattern fits a figure's id is its rule; ``{project}`` and the like stand for one part of the id.
"""

import re
from functools import cache

from msgspec import Struct

from schemas.facts import Figure
from schemas.tabular import read_definitions


class FigureRule(Struct, frozen=True):
    """How figures of one kind are made."""

    pattern: str
    """The id with its variable parts in braces: ``project.{project}.delay``."""
    sentence: str
    nothing: str
    """Why such a figure may have a value and no cell behind it; empty when it always has one."""
    unknown: str
    """Why such a figure may have neither value nor cell; empty when that cannot be."""


@cache
def rule_of(figure_id: str) -> FigureRule:
    """Give the rule by which a figure is made.

    Raises:
        LookupError: nobody has written down how such a figure is made.
    """
    for fits, rule in _rules():
        if fits.fullmatch(figure_id):
            return rule
    msg = f"no rule says how the figure {figure_id} is made: add a line to schemas/data/figure_rules.csv"
    raise LookupError(msg)


def explained(figure: Figure) -> str:
    """Say how a figure is made and, when no cell stands behind it, why not."""
    rule = rule_of(figure.id)
    if figure.sources:
        return rule.sentence
    reason = rule.unknown if figure.value is None else rule.nothing
    return f"{rule.sentence} {reason}".rstrip()


@cache
def _rules() -> tuple[tuple[re.Pattern[str], FigureRule], ...]:
    rows = read_definitions("figure_rules")
    return tuple(
        (_fitting(row["figure"]), FigureRule(row["figure"], row["rule"], row["nothing"], row["unknown"]))
        for row in rows
    )


def _fitting(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", pattern)
    return re.compile("".join(".+?" if part.startswith("{") else re.escape(part) for part in parts))
