"""The published file: a copy of the warehouse that readers open, swapped in one instant.

Analysts never open the file that is written to, and we never open the published file for writing. Whoever holds the
old file open keeps it; whoever opens the path finds the old or the new one, whole.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import duckdb

from warehouse.connection import literal, quoted
from warehouse.durable import MODE, replace, sweep, sync_folder
from warehouse.errors import WarehouseError

_STAMP = ".content"


def publish_file(source: Path, published: Path) -> bool:
    """Copy a closed database file to where readers open it; tells whether that changed anything.

    Raises:
        WarehouseError: the file has a log beside it, so it does not stand alone.
        OSError: the disk is full or broken; readers still have the old file.
    """
    if log_of(source).exists():
        msg = f"{source} was not closed properly: its log {log_of(source).name} holds changes that it has not"
        raise WarehouseError(msg)
    content = source.read_bytes()
    # A log beside the published file is nobody's: nothing writes there. DuckDB would refuse the file because of it.
    log_of(published).unlink(missing_ok=True)
    if published.exists() and published.stat().st_size == len(content) and published.read_bytes() == content:
        return False
    published.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    sweep(published.parent)
    replace(published, content)
    return True


def forget_export(folder: Path) -> None:
    """Have the next export write everything, also when the same submissions count: their rows may have changed."""
    (folder / _STAMP).unlink(missing_ok=True)


def log_of(path: Path) -> Path:
    """Where DuckDB keeps what is committed but not yet in the file."""
    return path.with_name(f"{path.name}.wal")


def export_tables(connection: duckdb.DuckDBPyConnection, states: Mapping[str, str], folder: Path) -> bool:
    """Write each table of schema main as Parquet, each file whole or not at all; tells whether anything was written.

    ``states`` names the content of each table: nothing is written where the folder holds the same already.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    stamp = folder / _STAMP
    wanted = {table: sha256(state.encode()).hexdigest() for table, state in states.items()}
    held = {table: state for table, state in _held(stamp).items() if (folder / f"{table}.parquet").exists()}
    if held == wanted:
        return False
    sweep(folder)
    stamp.unlink(missing_ok=True)  # from here on the folder is of no one state, until the new stamp says which
    for table, state in wanted.items():
        if held.get(table) == state:
            continue
        temporary = folder / f".{table}.tmp"
        connection.execute(f"copy (from main.{quoted(table)}) to {literal(temporary)} (format parquet)")
        temporary.chmod(MODE)
        temporary.replace(folder / f"{table}.parquet")
    sync_folder(folder)
    replace(stamp, json.dumps(wanted).encode())
    return True


def _held(stamp: Path) -> Mapping[str, str]:
    try:
        held = json.loads(stamp.read_bytes())
    except (FileNotFoundError, ValueError):  # none yet, or one of an older version
        return {}
    return held if isinstance(held, dict) else {}
