"""All published tables as files: Parquet and CSV with a description for programs, and the data dictionary."""

from hashlib import sha256
from pathlib import Path

from flows.settings import Settings
from transforms.data_package import Exported, data_package, resource_name
from transforms.dictionary import data_dictionary
from transforms.dictionary_page import dictionary_page
from transforms.excel_csv import ENCODING, csv_lines
from warehouse.durable import replace
from warehouse.reading import PublishedTable, published_tables
from warehouse.views import views

DICTIONARY = "data-dictionary"


def run_export(settings: Settings, folder: Path) -> list[Exported]:
    """Write every table and view of the published database into a folder; files of an earlier export are replaced.

    Each file is whole or not there; ``datapackage.json`` comes last and describes what lies beside it.

    Raises:
        NothingPublishedError: nothing has been published yet.
    """
    settings.home.assert_published()
    for part in (folder / "csv", folder / "parquet"):
        part.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").unlink(missing_ok=True)
    exported = [_export(folder, table) for table in published_tables(settings.home.published)]
    documents = {
        f"{DICTIONARY}.md": data_dictionary(views().values()),
        f"{DICTIONARY}.html": dictionary_page(views().values()),
    }
    for name, text in documents.items():
        replace(folder / name, text.rstrip("\n").encode() + b"\n")
    replace(folder / "datapackage.json", data_package(exported, documents))
    return exported


def _export(folder: Path, table: PublishedTable) -> Exported:
    name = resource_name(table.name)
    csv, parquet = folder / "csv" / f"{name}.csv", folder / "parquet" / f"{name}.parquet"
    content = "".join(csv_lines(table.rows.columns, table.rows.iter_rows())).encode(ENCODING)
    replace(csv, content)
    unfinished = parquet.with_name(f".{parquet.name}.tmp")
    table.rows.write_parquet(unfinished)
    unfinished.replace(parquet)
    return Exported(
        table.name,
        table.comment,
        table.columns,
        f"csv/{csv.name}",
        f"parquet/{parquet.name}",
        len(content),
        sha256(content).hexdigest(),
    )
