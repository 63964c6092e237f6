"""Sections 7 and 8: indicators as cards, and each organisation on half a page."""

from schemas.facts import DeliveryState, IndicatorFact, OrganisationFact
from transforms.report.chart_indicators import indicator_name
from transforms.report.page_parts import Data, Lookup, in_short, number_of, state_word
from transforms.report.texts import counted, label, text, texts

_KEY_INDICATORS = 3
_MOST_CARDS = 10
"""Two rows of charts per organisation; the values of the others stand in annex D."""
_MOST_PROJECTS = 8
"""Half a page per organisation; the others stand in annex A."""


def indicator_cards(lookup: Lookup) -> list[Data]:
    """Section 7: the indicators by organisation."""
    return [
        {
            "name": organisation.name,
            "cards": _cards(lookup, organisation)[:_MOST_CARDS],
            "more": counted("more_cards", len(organisation.kpi_codes) - _MOST_CARDS)
            if len(organisation.kpi_codes) > _MOST_CARDS
            else "",
            "state": state_word(organisation.state),
        }
        for organisation in lookup.facts.organisations
    ]


def organisation_profiles(lookup: Lookup) -> list[Data]:
    """Section 8: what each organisation says, its projects and three of its indicators."""
    return [
        {
            "name": organisation.name,
            "state": state_word(organisation.state),
            "is_missing": organisation.state is DeliveryState.NOT_DELIVERED,
            "last": lookup.deliveries[organisation.org_code].last_delivered or "",
            "delivered": _delivered(lookup, organisation.org_code),
            "assessment": organisation.assessment or "",
            "projects": [
                in_short(lookup.projects[project_id]) for project_id in organisation.project_ids[:_MOST_PROJECTS]
            ],
            "more_projects": counted("more_projects", len(organisation.project_ids) - _MOST_PROJECTS)
            if len(organisation.project_ids) > _MOST_PROJECTS
            else "",
            "indicators": _cards(lookup, organisation)[:_KEY_INDICATORS],
        }
        for organisation in lookup.facts.organisations
    ]


def _cards(lookup: Lookup, organisation: OrganisationFact) -> list[Data]:
    return [_card(indicator) for indicator in lookup.facts.indicators if indicator.org_code == organisation.org_code]


def _delivered(lookup: Lookup, org_code: str) -> str:
    delivery = lookup.deliveries[org_code]
    if delivery.state is DeliveryState.NOT_DELIVERED:
        return ""
    parts = [text("pages", "received", version=delivery.version.text, day=delivery.received_on.text)]
    if delivery.errors.value:
        parts.append(counted("errors", number_of(delivery.errors)))
    return " · ".join(parts)


def _card(indicator: IndicatorFact) -> Data:
    """An indicator with its value, what it is compared with, and its target."""
    is_missing = indicator.value.value is None
    lines = [_target(indicator), _comparison(indicator), *_remarks(indicator, is_missing=is_missing)]
    return {
        "chart": indicator_name(indicator),
        "name": indicator.name,
        "value": _missing_value(indicator) if is_missing else indicator.value.text,
        "unit": "" if is_missing else indicator.unit,
        "facts": [line for line in lines if line],
    }


def _target(indicator: IndicatorFact) -> str:
    if indicator.target.value is None:
        return ""
    if not indicator.is_flow:
        return text("cards", "target", target=indicator.target.text)
    key = "target_flow" if indicator.year_to_date.value is not None else "target_year"
    return text("cards", key, target=indicator.target.text, sum=indicator.year_to_date.text)


def _comparison(indicator: IndicatorFact) -> str:
    if indicator.compared_with is None:
        return ""
    compared = indicator.compared
    line = text("cards", "before", quarter=indicator.compared_with, value=compared.text)
    return f"{line} ({texts('card_trends')[indicator.trend]})" if indicator.trend else line


def _remarks(indicator: IndicatorFact, *, is_missing: bool) -> list[str]:
    remarks = []
    if indicator.data_as_of.value is not None:
        remarks.append(text("cards", "data_as_of", day=indicator.data_as_of.text))
    if indicator.broken_at:
        remarks.append(text("cards", "broken", quarter=indicator.broken_at))
    if indicator.measurement == "estimated":
        remarks.append(label("measurement", "estimated"))
    if is_missing and indicator.note:
        remarks.append(indicator.note)
    return remarks


def _missing_value(indicator: IndicatorFact) -> str:
    if indicator.measurement == "not_collected":
        return label("measurement", "not_collected")
    return texts("words")["unknown"]
