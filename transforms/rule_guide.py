"""The rules explained: examples for people who look after them, and „Die Regeln“ for the offices that are judged.

The words lie in ``schemas/data/rule_guide.csv``, one line a rule; docs/regeln.md is made from here.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from schemas.findings import Rule, Severity, State, rules
from schemas.tabular import alternatives, read_definitions
from transforms.contract_texts import texts


class Explanation(Struct, frozen=True):
    """What a rule means to an office, what to do when it speaks, and its sentence with an example's values."""

    meaning: str
    remedy: str
    example: str


@cache
def explanations() -> Mapping[str, Explanation]:
    """The explanations of all rules, by id."""
    return MappingProxyType(
        {
            row["rule"]: Explanation(
                row["meaning"],
                row["remedy"],
                rules()[row["rule"]].message.format(**dict(_pairs(row["example"]))),
            )
            for row in read_definitions("rule_guide")
        }
    )


def rule_guide() -> str:
    """Write „Die Regeln“: German, for the offices, as Markdown."""
    words = texts("rules")
    lines = [f"# {words['title']}", "", words["intro"], "", f"## {words['severities']}", ""]
    lines += [f"- {words[severity]}" for severity in Severity]
    lines += ["", words["waivers"], ""]
    family = ""
    for rule in rules().values():
        if rule.family != family:
            family = rule.family
            lines += [f"## {words[family]}", ""]
        lines += _section(rule)
    return "\n".join(lines)


def _section(rule: Rule) -> Iterator[str]:
    words, told = texts("rules"), explanations()[rule.rule]
    yield f"### {rule.rule} · {rule.latest.severity.label}"
    for paragraph in (
        f"> {told.example}",
        words["meaning"].format(text=told.meaning),
        words["remedy"].format(text=told.remedy),
        *(
            words["changed"].format(quartal=change.since.in_tables, schwere=change.severity.label, grund=change.reason)
            for change in rule.changes
        ),
        *([words["trial"]] if rule.latest.state is State.SHADOW else ()),
    ):
        yield from ("", paragraph)
    yield ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for entry in alternatives(text):
        name, _, value = entry.partition("=")
        yield name, value
