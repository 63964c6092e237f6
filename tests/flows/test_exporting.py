"""What is exported opens in Excel and validates as a data package."""

import csv
import json
from pathlib import Path

import frictionless
import polars as pl
import pytest

from flows.exporting import run_export
from flows.releasing import run_release
from flows.settings import NothingPublishedError, Settings, load_settings
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from tests.builders import a_project
from tests.journeys.die8 import die8
from tests.sample_homes import SampleHomes
from tests.samples import HANDED_IN
from tests.warehouse.deliveries import an_accepted, published_after
from warehouse.reading import query

Q3 = "2026-Q3"


@pytest.fixture(scope="module")
def settings(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The four quarters of the samples, the last released."""
    settings = load_settings(sample_homes.copy(tmp_path_factory.mktemp("home")))
    run_release(settings, Quarter.parse(Q3), HANDED_IN[Q3], endings=("json",))
    return settings


@pytest.fixture(scope="module")
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    run_export(settings, folder)
    return folder


def resources(folder: Path) -> dict[str, dict[str, object]]:
    package = json.loads((folder / "datapackage.json").read_bytes())
    return {resource["name"]: resource for resource in package["resources"]}


def test_the_package_validates_with_hashes_types_keys_and_references(folder: Path) -> None:
    report = frictionless.validate(str(folder / "datapackage.json"))

    assert report.flatten(["title", "rowNumber", "fieldName", "message"]) == []
    assert report.stats["tasks"] == len(resources(folder)) > len(stored_tables()) - 2
    schema = resources(folder)["project"]["schema"]
    assert isinstance(schema, dict)
    assert schema["primaryKey"] == ["submission_id", "project_id"]
    assert {
        "fields": ["submission_id"],
        "reference": {"resource": "submission", "fields": ["submission_id"]},
    } in schema["foreignKeys"]


def test_a_value_that_breaks_the_description_would_be_found(folder: Path, tmp_path: Path) -> None:
    for part in ("datapackage.json", "csv"):
        (tmp_path / part).symlink_to(folder / part)
    package = json.loads((folder / "datapackage.json").read_bytes())
    [project] = [resource for resource in package["resources"] if resource["name"] == "project"]
    [phase] = [field for field in project["schema"]["fields"] if field["name"] == "phase"]
    phase["constraints"]["enum"] = ["idea"]
    (tmp_path / "datapackage.json").unlink()
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_every_table_and_view_is_there_in_both_forms_with_equal_rows(settings: Settings, folder: Path) -> None:
    for name, resource in resources(folder).items():
        [(count,)] = query(settings.home.published, f"select count(*) from {name}").rows
        with (folder / str(resource["path"])).open(encoding="utf-8-sig", newline="") as stream:
            assert sum(1 for _ in csv.reader(stream, delimiter=";")) == int(str(count)) + 1, name
        assert pl.read_parquet(folder / str(resource["parquet"])).height == count
    assert {"project", "report_figure_source", "report.traffic_lights"} <= resources(folder).keys()


def test_fields_carry_what_the_dictionary_says(folder: Path) -> None:
    schema = resources(folder)["project"]["schema"]
    assert isinstance(schema, dict)
    fields = {field["name"]: field for field in schema["fields"]}

    assert fields["end_forecast"]["title"] == "Ende Prognose"
    assert "red" in fields["status_overall"]["constraints"]["enum"]
    assert fields["budget_total"]["decimalChar"] == ","
    assert (folder / "data-dictionary.html").read_text(encoding="utf-8").count("<table>") > 10
    assert (folder / "data-dictionary.md").read_text(encoding="utf-8").startswith("# Data dictionary")


def test_a_text_that_excel_would_calculate_stays_text(tmp_path: Path) -> None:
    titles = ["+49 5241", "-Titel", "=1+1", "@SUM(A1)", "\uff1d1+1", "harmlos"]
    settings = load_settings(tmp_path)
    projects = [a_project(project_id=f"KLI-{number:03d}", title=title) for number, title in enumerate(titles)]
    published_after(tmp_path, [an_accepted(projects)])

    run_export(settings, tmp_path / "out")

    with (tmp_path / "out" / "csv" / "project.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = sorted(csv.DictReader(stream, delimiter=";"), key=lambda row: row["project_id"])
    assert [row["title"] for row in rows] == [*(f"'{title}" for title in titles[:-1]), "harmlos"]
    assert rows[0]["budget_total"] == "200000,00"
    stored = pl.read_parquet(tmp_path / "out" / "parquet" / "project.parquet").sort("project_id")
    assert stored["title"].to_list() == titles
    assert frictionless.validate(str(tmp_path / "out" / "datapackage.json")).valid


def test_exporting_again_replaces_the_files_and_nothing_is_exported_before_something_is_published(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}

    assert "datapackage.json" in die8(settings.home.path, "export", folder).stdout

    assert {path: path.read_bytes() for path in folder.rglob("*.csv")} == before
    with pytest.raises(NothingPublishedError):
        run_export(load_settings(tmp_path), tmp_path / "out")
