"""A quarter of „Die 8“ as a marimo notebook: an example to start from. It reads the published file and nothing else.

Look at it: ``marimo edit docs/notebooks/quarter.py``. Run it as a script, with the file and quarter of your choice:
``python docs/notebooks/quarter.py --published data/published/die8.duckdb --quarter 2026-Q3``.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Die 8: ein Quartal")


@app.cell
def _():
    import os

    import duckdb
    import marimo as mo

    words = mo.cli_args()
    published = words.get("published") or os.environ.get("DIE8_PUBLISHED") or "data/published/die8.duckdb"
    connection = duckdb.connect(published, read_only=True)
    return connection, mo, words


@app.cell
def _(connection, mo, words):
    quarters = [
        row[0] for row in connection.execute("select distinct report_quarter from submission order by 1").fetchall()
    ]
    chosen = mo.ui.dropdown(quarters, value=words.get("quarter") or quarters[-1], label="Quartal")
    chosen
    return (chosen,)


@app.cell
def _(chosen, connection):
    def ask(sql):
        """Give the rows of a query about the chosen quarter, each by the names of its columns."""
        found = connection.execute(sql, {"quarter": chosen.value})
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return (ask,)


@app.cell
def _(ask, mo):
    deliveries = ask("""
        select o.name, d.delivery_state, d.punctuality, d.first_received_on, q.errors, q.warnings
        from report.deliveries as d
        join report.data_quality as q using (report_quarter, org_code)
        join organisation as o using (org_code)
        where d.report_quarter = $quarter
        order by o.position
    """)
    missing = [row["name"] for row in deliveries if row["delivery_state"] == "not_delivered"]
    mo.vstack(
        [
            mo.md(f"## Lieferstand\n\nEs fehlt: **{', '.join(missing) or 'niemand'}**"),
            mo.ui.table(deliveries, selection=None),
        ]
    )
    return deliveries, missing


@app.cell
def _(ask, mo):
    lights = ask("""
        select o.name, t.green, t.yellow, t.red, t.grey, t.unknown, t.not_delivered
        from report.traffic_lights as t
        join organisation as o using (org_code)
        where t.report_quarter = $quarter
        order by o.position
    """)
    mo.vstack([mo.md("## Ampeln"), mo.ui.table(lights, selection=None)])
    return (lights,)


@app.cell
def _(ask, mo):
    moves = ask("""
        pivot (select light_before, light_now, project_id from report.light_moves where report_quarter = $quarter)
        on light_now in ('green', 'yellow', 'red', 'grey', 'unknown', 'completed', 'dropped', 'not_delivered')
        using count(project_id)
        group by light_before
        order by light_before
    """)
    mo.vstack([mo.md("## Wanderung seit dem Vorquartal"), mo.ui.table(moves, selection=None)])
    return (moves,)


@app.cell
def _(ask, mo):
    slips = ask("""
        select project_id, title, date_baseline, date_forecast, slip_days, times_moved
        from report.milestone_slips
        where report_quarter = $quarter and slip_days > 0
        order by slip_days desc
        limit 10
    """)
    mo.vstack([mo.md("## Verschobene Meilensteine"), mo.ui.table(slips, selection=None)])
    return (slips,)


@app.cell
def _(ask, mo):
    money = ask("""
        select coalesce(o.name, 'Zusammen') as name, b.budget_eur, b.actual_eur, b.forecast_eur, b.deviation_pct
        from report.budgets as b
        left join organisation as o using (org_code)
        where b.report_quarter = $quarter and b.scope in ('organisation', 'total')
        order by o.position nulls last
    """)
    mo.vstack([mo.md("## Plan, Ist, Prognose"), mo.ui.table(money, selection=None)])
    return (money,)


if __name__ == "__main__":
    app.run()
