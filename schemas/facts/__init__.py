"""What a report says, before it is pages: every printed number is a named figure that knows its sources.

All outputs (PDF, later HTML, XLSX and text blocks) are made from one `ReportFacts` and compute nothing themselves.
Codes are stored codes; German labels come from the code lists when pages are made. Texts out of returns are
already fit for display: cut at the contract's length, without control characters.

Each module holds a section of the report; import from here.
"""

from schemas.facts.decisions import DecisionCount, DecisionFact, Escalation, RequestCount, RequestFact
from schemas.facts.delivery import Delivery, DeliveryState, FindingFact, OrganisationDelivery
from schemas.facts.figure import Figure, Quantity, Sentence, Source, figures_of
from schemas.facts.money import Expiry, Finance, Money
from schemas.facts.organisation import CooperationFact, IndicatorFact, OrganisationFact, RiskFact
from schemas.facts.portfolio import Light, LightCount, MigrationCell, Portfolio, Trend, TrendCount
from schemas.facts.project import LightAt, Lights, ProjectFact, ProjectNumbers, SuggestedLights
from schemas.facts.report import ReportFacts
from schemas.facts.restated import Basis, Comparison, LateReturn, Restated, Restatement, RestatementKind
from schemas.facts.schedule import Deadline, MilestoneFact
from schemas.facts.words import NOTHING_WRITTEN, BlockKind, Editorial, Run, TextBlock

__all__ = [
    "NOTHING_WRITTEN",
    "Basis",
    "BlockKind",
    "Comparison",
    "CooperationFact",
    "Deadline",
    "DecisionCount",
    "DecisionFact",
    "Delivery",
    "DeliveryState",
    "Editorial",
    "Escalation",
    "Expiry",
    "Figure",
    "Finance",
    "FindingFact",
    "IndicatorFact",
    "LateReturn",
    "Light",
    "LightAt",
    "LightCount",
    "Lights",
    "MigrationCell",
    "MilestoneFact",
    "Money",
    "OrganisationDelivery",
    "OrganisationFact",
    "Portfolio",
    "ProjectFact",
    "ProjectNumbers",
    "Quantity",
    "ReportFacts",
    "RequestCount",
    "RequestFact",
    "Restated",
    "Restatement",
    "RestatementKind",
    "RiskFact",
    "Run",
    "Sentence",
    "Source",
    "SuggestedLights",
    "TextBlock",
    "Trend",
    "TrendCount",
    "figures_of",
]
