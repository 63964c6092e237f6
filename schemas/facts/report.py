"""All that one report says."""

from datetime import date, datetime

from msgspec import Struct

from schemas.editions import Edition
from schemas.facts.decisions import DecisionCount, DecisionFact, Escalation, RequestCount, RequestFact
from schemas.facts.delivery import Delivery
from schemas.facts.figure import Sentence
from schemas.facts.money import Finance
from schemas.facts.organisation import CooperationFact, IndicatorFact, OrganisationFact, RiskFact
from schemas.facts.portfolio import Portfolio
from schemas.facts.project import ProjectFact
from schemas.facts.restated import Restated
from schemas.facts.schedule import Deadline, MilestoneFact
from schemas.facts.words import TextBlock
from schemas.release import ReportStatus
from schemas.thresholds import Thresholds


class ReportFacts(Struct, frozen=True):
    """All that one report says.

    ``quarters`` names the quarters of the indicators' courses, the oldest first, in the form ``Q3/2026``.
    """

    quarter: str
    status: ReportStatus
    """A draft may still change; a released report never does."""
    release_no: int | None
    """The number of the release, counting from 1 within the quarter; None for a draft."""
    in_text: str
    in_tables: str
    previous_in_text: str
    previous_in_tables: str
    as_of: date
    built_at: datetime
    """When the report was made, in UTC."""
    built_on: date
    """The same as a day in Gütersloh."""
    built_text: str
    meeting_on: date | None
    is_fictional: bool
    edition: Edition
    """What is told is what this edition may show; the rest was taken out before."""
    thresholds: Thresholds
    quarters: tuple[str, ...]
    delivery: Delivery
    summary: tuple[Sentence, ...]
    foreword: tuple[TextBlock, ...]
    """What the department says in front, if it does."""
    changes: tuple[Sentence, ...]
    portfolio: Portfolio
    projects: tuple[ProjectFact, ...]
    escalations: tuple[Escalation, ...]
    requests: tuple[RequestFact, ...]
    carried: tuple[RequestFact, ...]
    """What earlier returns asked for, the present ones do not repeat, and no decision has settled."""
    request_count: RequestCount
    decisions: tuple[DecisionFact, ...]
    decision_count: DecisionCount
    milestones: tuple[MilestoneFact, ...]
    deadlines: tuple[Deadline, ...]
    finance: Finance
    indicators: tuple[IndicatorFact, ...]
    organisations: tuple[OrganisationFact, ...]
    cooperation: tuple[CooperationFact, ...]
    risks: tuple[RiskFact, ...]
    restated: Restated
