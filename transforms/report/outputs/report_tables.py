"""Which tables a report has."""

from schemas.facts import ReportFacts, figures_of
from schemas.release import ReportStatus
from transforms.report.outputs import columns
from transforms.report.outputs.columns import Sum
from transforms.report.outputs.tables import Table, TableRow, table_of
from transforms.report.page_annex import method, restated
from transforms.report.page_parts import Lookup, comparison, counted_lights, money_notes, slip_quarters, slipped
from transforms.report.texts import texts


def report_tables(facts: ReportFacts) -> dict[str, Table]:
    """Give all tables of the report by key, in the order of the report."""
    lookup = Lookup(facts)
    money = (*facts.finance.organisations, facts.finance.total)
    notes = money_notes(facts)
    told = [
        table_of(lookup, columns.LIGHTS, counted_lights(facts), notes=[comparison(facts)]),
        table_of(lookup, columns.SUMS, _sums(facts), notes=notes),
        table_of(lookup, columns.REQUESTS, facts.requests),
        table_of(lookup, columns.CARRIED, facts.carried, notes=[texts("pages")["carried_note"]]),
        table_of(lookup, columns.DECISIONS, facts.decisions),
        table_of(lookup, columns.CHANGES, facts.changes),
        table_of(lookup, columns.PROJECTS, facts.projects, notes=[texts("table_notes")["projects"]]),
        table_of(lookup, columns.MILESTONES, facts.milestones),
        _slips(facts),
        table_of(lookup, columns.FINANCE, money, notes=notes, total=1),
        table_of(lookup, columns.INDICATORS, facts.indicators),
        _courses(lookup),
        table_of(lookup, columns.RISKS, facts.risks, notes=[texts("table_notes")["risks"]]),
        table_of(lookup, columns.COOPERATION, facts.cooperation),
        table_of(lookup, columns.DELIVERIES, facts.delivery.organisations, notes=[texts("pages")["quality_note"]]),
        table_of(lookup, columns.FINDINGS, facts.delivery.findings),
        table_of(lookup, columns.CONTRADICTIONS, facts.delivery.contradictions),
        table_of(lookup, columns.RESTATED, facts.restated.values, notes=_restated_notes(lookup)),
        table_of(lookup, columns.METHOD, method(lookup)["rules"]),
    ]
    return {table.key: table for table in told}


def _courses(lookup: Lookup) -> Table:
    """The course of each indicator, a column per quarter: what the small charts are drawn from."""
    facts = lookup.facts
    heads = {**texts("heads.courses"), **{quarter: quarter for quarter in facts.quarters}}
    rows = tuple(TableRow((i.kpi_code, i.name, lookup.name(i.org_code), i.unit, *i.course)) for i in facts.indicators)
    return Table("courses", texts("tables")["courses"], heads, rows)


def _slips(facts: ReportFacts) -> Table:
    """The milestones that have moved more than once, with the day that each quarter's return expected."""
    known = dict(texts("heads.milestones"))
    quarters = {quarter: quarter for quarter in slip_quarters(facts)}
    heads = {**{key: known[key] for key in ("project", "title", "baseline")}, **quarters, "delay": known["delay"]}
    rows = tuple(TableRow((m.milestone_id, m.title, m.baseline, *m.course, m.delay)) for m in slipped(facts))
    return Table("slips", texts("tables")["slips"], heads, rows)


def _restated_notes(lookup: Lookup) -> list[str]:
    told = restated(lookup)
    return [told["basis"], *told["late"]]


def stamps(facts: ReportFacts) -> list[str]:
    """Give the words that must stand at the head of every output: that it is a draft, that the figures are invented."""
    found = [texts("html")["draft"]] if facts.status is ReportStatus.DRAFT else []
    return [*found, *([texts("words")["fictional"]] if facts.is_fictional else [])]


def figures_table(facts: ReportFacts) -> Table:
    """Give every figure of the report by id, with the cells behind it."""
    by_id = {figure.id: figure for figure in figures_of(facts)}
    return table_of(Lookup(facts), columns.FIGURES, (by_id[figure_id] for figure_id in sorted(by_id)))


def _sums(facts: ReportFacts) -> list[Sum]:
    total = facts.finance.total
    return [
        Sum("plan", total.budget),
        Sum("actual", total.actual, total.actual_pct),
        Sum("forecast", total.forecast, total.deviation_pct),
        Sum("approved", total.funding_approved),
        Sum("drawn", total.funding_drawn, total.funding_drawn_pct),
        Sum("expiring", facts.finance.expiring_total),
    ]
