"""What the Typst templates are given: printed texts only, section by section. No text in it is ever markup."""

from schemas.facts import BlockKind, DeliveryState, ReportFacts, Run, TextBlock
from schemas.release import ReportStatus
from transforms.report.page_annex import method, project_list, quality, restated
from transforms.report.page_committee import cooperation, decisions, escalations, risks
from transforms.report.page_first import first_page
from transforms.report.page_numbers import numbers
from transforms.report.page_organisations import indicator_cards, organisation_profiles
from transforms.report.page_parts import Data, Lookup, day_of, delivery_state
from transforms.report.page_portfolio import finance, portfolio, schedule
from transforms.report.texts import text


def page_data(facts: ReportFacts) -> Data:
    """Everything that the templates print, by section."""
    lookup = Lookup(facts)
    return {
        "head": _head(facts),
        "first_page": first_page(lookup),
        "decisions": decisions(lookup),
        "portfolio": portfolio(lookup),
        "escalations": escalations(lookup),
        "escalations_count": len(facts.escalations),
        "schedule": schedule(lookup),
        "finance": finance(lookup),
        "indicators": indicator_cards(lookup),
        "organisations": organisation_profiles(lookup),
        "cooperation": cooperation(lookup),
        "risks": risks(lookup),
        "project_list": project_list(lookup),
        "quality": quality(lookup),
        "restated": restated(lookup),
        "method": method(lookup),
        "numbers": numbers(lookup),
        "foreword": {"blocks": [_block(block) for block in facts.foreword]},
    }


def _block(block: TextBlock) -> Data:
    """A block of the foreword: a list has items, all else runs."""
    items = [[_run(run) for run in item] for item in block.items]
    is_list = block.kind in (BlockKind.LIST, BlockKind.NUMBERED)
    return {"kind": block.kind, "items" if is_list else "runs": items if is_list else items[0]}


def _run(run: Run) -> Data:
    return {"text": run.text, "strong": run.is_strong, "em": run.is_emphasis, "link": run.link}


def release_text(facts: ReportFacts) -> str:
    """Say „Entwurf“, or which release it is."""
    if facts.release_no is None:
        return text("pages", "draft")
    return text("pages", "released", number=facts.release_no)


def _head(facts: ReportFacts) -> Data:
    """What stands in the head of every page."""
    delivery = facts.delivery
    reported = (o for o in delivery.organisations if o.state is not DeliveryState.NOT_DELIVERED)
    return {
        "title": text("pages", "title", quarter=facts.in_text),
        "quarter": facts.in_text,
        "now": facts.in_tables,
        "code": facts.quarter,
        "as_of": day_of(facts.as_of),
        "meeting": day_of(facts.meeting_on) if facts.meeting_on else text("pages", "no_meeting"),
        "delivery": delivery_state(delivery),
        "delivery_short": text("pages", "delivered", n=delivery.delivered.text, of=delivery.expected.text),
        "is_complete": not delivery.missing_names,
        "is_empty": not any(reported),
        "is_fictional": facts.is_fictional,
        "edition": facts.edition.label,
        "circulation": facts.edition.circulation,
        "built": facts.built_text,
        "is_draft": facts.status is ReportStatus.DRAFT,
        "status": release_text(facts),
    }
