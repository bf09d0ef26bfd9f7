"""A file of SQLite that several processes share, each change whole or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from src.errors import UserError

PATIENCE = 30.0  # seconds that a change of another process may take
MAKE_ROOM = "make room there, or choose another folder with OUTPUT_DIR"


class Database:
    """A database of one application and version; it is made when first needed.

    A connection lives as long as a transaction, so that threads and processes may share this, and
    a process that is killed leaves nothing open.
    """

    def __init__(self, path: Path, application: int, version: int, schema: str) -> None:
        """Open nothing yet.

        Args:
            path: the file.
            application: a number that files of this application bear.
            version: of the schema.
            schema: statements that make the tables.
        """
        self.path = path
        self._marks = (application, version)
        self._schema = schema

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of everything.

        Raises:
            UserError: the file is damaged, foreign, or cannot be read.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are kept together, or not at all after an exception.

        Raises:
            UserError: the file is damaged, foreign, or cannot be written.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connected()) as connection:
                connection.execute(begin)
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.OperationalError as error:
            raise UserError(f"{self.path} cannot be used ({error}): {MAKE_ROOM}.") from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise self._no_store(str(error)) from error
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"{self.path} cannot be used ({reason}): {MAKE_ROOM}.") from error

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            if _marks(connection) != self._marks:
                self._make(connection)
            return connection
        except BaseException:
            connection.close()
            raise

    def _make(self, connection: sqlite3.Connection) -> None:
        """Make the tables in an empty file, unless another process has just done so."""
        application, version = self._marks
        connection.execute("BEGIN IMMEDIATE")
        found = _marks(connection)
        if found != self._marks:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if found != (0, 0) or tables:
                raise self._not_ours(found)
            for statement in self._schema.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {application}")
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
        with suppress(sqlite3.OperationalError):  # in use by another process; it is only faster
            connection.execute("PRAGMA journal_mode = WAL")

    def _not_ours(self, found: tuple[int, int]) -> UserError:
        application, version = self._marks
        if found[0] == application:
            return UserError(
                f"{self.path} is of version {found[1]}, where this program knows {version}: "
                "move it away, and a new one is made."
            )
        return self._no_store("it is another program's")

    def _no_store(self, reason: str) -> UserError:
        return UserError(
            f"{self.path} is damaged or no store of stress tests ({reason}): "
            "move it away, and a new one is made."
        )


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return application, connection.execute("PRAGMA user_version").fetchone()[0]
