"""DuckDB connections with our settings."""

import atexit
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import get_ident
from types import MappingProxyType

import duckdb

from warehouse.errors import QueryError

STORAGE_VERSION = "v1.2.0"
"""DuckDB 1.2 and later open the files."""

BLOCK_SIZE = 16384
"""The smallest: a column takes at least a block, and most hold a few rows. A tenth of the bytes to publish."""

MEMORY_LIMIT = "1GB"
"""What one connection may use; beyond it a statement fails and the file stays as it was."""

_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "memory_limit": MEMORY_LIMIT,
        "threads": "2",
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "allow_community_extensions": "false",
        "temp_directory": "",
    }
)


_idle: list[duckdb.DuckDBPyConnection] = []
"""The last connection that was given back, if nobody has taken it since."""


def connect() -> duckdb.DuckDBPyConnection:
    """Open a connection in memory, to which files are attached; instants are in UTC."""
    connection = duckdb.connect(config=dict(_SETTINGS))
    connection.execute("set TimeZone = 'UTC'")
    return connection


def connect_again() -> duckdb.DuckDBPyConnection:
    """Give a connection like those of `connect`, one that was given back if there is one.

    Making one takes three times as long as opening a file with it. For statements of our own: what was set while it
    served before may still be set.
    """
    try:
        return _idle.pop()
    except IndexError:
        return connect()


def give_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave a connection to whoever comes next; it must be as good as new, with no file attached."""
    if _idle:
        connection.close()
    else:
        _idle.append(connection)


@atexit.register
def _close_idle() -> None:
    while _idle:
        _idle.pop().close()


def plan_briefly(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave out what only pays for elaborate queries; it is more than half the planning of our plain ones."""
    connection.execute("set disabled_optimizers = 'expression_rewriter,statistics_propagation'")


def attach_for_writing(connection: duckdb.DuckDBPyConnection, path: Path, name: str = "die8") -> None:
    """Attach a file as the connection's default database, made when it does not exist."""
    plan_briefly(connection)
    # FSST alone takes half the time of a checkpoint of small tables; the other methods stay.
    connection.execute("set disabled_compression_methods = 'fsst,zstd'")
    # Metadata of an unchanged table that are used again lie in blocks of which DuckDB 1.2 and 1.3 do not know: after
    # some checkpoints, which depends on how full the blocks are, they cannot open the file any more.
    connection.execute("set experimental_metadata_reuse = false")
    connection.execute(
        f"attach {literal(path)} as {name} (storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE})"
        if not path.exists()
        else f"attach {literal(path)} as {name} (storage_version '{STORAGE_VERSION}')"
    )
    connection.execute(f"use {name}")


def commit_into_the_file(connection: duckdb.DuckDBPyConnection) -> None:
    """Commit straight into the file: into its log first, everything would be written twice before it is published.

    The file changes in one instant either way, when its header names the new blocks.
    """
    connection.execute("set checkpoint_threshold = '1KB'")
    connection.execute("commit")
    connection.execute("reset checkpoint_threshold")


def detach(connection: duckdb.DuckDBPyConnection, name: str = "die8") -> None:
    """Write everything into the file and let go of it: afterwards it stands alone, without a log beside it."""
    connection.execute("use memory")
    connection.execute(f"detach {name}")


class _Held:
    """A file that is kept open between queries of our own, from the first of them on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = get_ident()
        self._stack = ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def serves(self, paths: Sequence[Path]) -> bool:
        """Whether it is this file alone that is asked for, and by the thread that keeps it."""
        return tuple(paths) == (self._path,) and self._thread == get_ident()

    def connection(self) -> duckdb.DuckDBPyConnection:
        """Give the one connection, opened when nobody has yet."""
        if self._connection is None:
            self._connection = self._stack.enter_context(_opened((self._path,), is_plain=True))
        return self._connection

    def close(self) -> None:
        """Let go of the file; whoever asks afterwards opens what then lies there."""
        self._connection = None
        self._stack.close()


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Let the plain queries inside, which follow each other, share one opening of the file: they see one state of it.

    Opening takes as long as a dozen of them. Of use to the thread that holds it; others open the file themselves.
    """
    held = _Held(path)
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        held.close()


def open_anew(path: Path) -> None:
    """Say that the file was replaced: whoever keeps it open opens the new one for the next query."""
    held = _held.get()
    if held is not None and held.serves([path]):
        held.close()


@contextmanager
def open_for_reading(*paths: Path, is_plain: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach files read-only as ``die8``, ``die8_2`` and so on, the first as default, and lock everything else away.

    No file, no network, no extension and no setting can be reached from SQL (reliability.md §5). ``is_plain`` is for
    queries of our own that gain nothing from an optimiser.

    Raises:
        QueryError: a file cannot be opened or read, or a query is refused.
    """
    held = _held.get()
    with ExitStack() as stack:
        if is_plain and held is not None and held.serves(paths):
            connection = held.connection()
            stack.push(lambda kind, *_: held.close() if kind is not None else None)  # whoever tries again opens it anew
        else:
            connection = stack.enter_context(_opened(paths, is_plain=is_plain))
        try:
            yield connection
        except duckdb.Error as error:
            # Such as a damaged block, which only reading finds, or a column that another version made.
            from warehouse.age import why_refused  # noqa: PLC0415 - it reads, too, and by this very function

            raise why_refused(connection, paths, error) from error


@contextmanager
def _opened(paths: Sequence[Path], *, is_plain: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect_again() if is_plain else connect()
    try:
        try:
            for number, path in enumerate(paths, start=1):
                name = "die8" if number == 1 else f"die8_{number}"
                connection.execute(f"attach {literal(path)} as {name} (read_only)")
        except duckdb.Error as error:
            msg = f"{paths[number - 1]} cannot be opened: {error}"
            raise QueryError(msg) from error
        connection.execute("use die8")
        if is_plain:
            plan_briefly(connection)
        # Else a name that no table has is looked for among the variables of whoever runs the query.
        connection.execute("set python_enable_replacements = false")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()  # and not given back: it is locked


def literal(path: Path) -> str:
    """Write a path as an SQL text; ATTACH and COPY take no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a name as an SQL identifier: some of ours are words of SQL."""
    return '"' + name.replace('"', '""') + '"'
