"""A record in a PostgreSQL database, which many machines share.

One connection a library. A connection that breaks is made anew for a while, unless a change that
was under way went with it: that one fails, whole, and may be asked for again.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from index import served_schema
from index.errors import CitewellError, FullDiskError, InputError, StoreError

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

_PATIENCE_S = 10.0
"""How long a database that has gone away is waited for."""
_PAUSE_S = 0.1
"""Between two tries of something that others hold up."""
_CONNECTING = {
    "application_name": "citewell",
    "connect_timeout": "5",
    # A machine that has vanished is noticed within half a minute.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
"""What libpq is told where the address says nothing else."""
_FOR_NOW = ("starting up", "shutting down", "not yet accepting", "in recovery", "too many")
"""In refusals of a server that are soon over."""
_Found = TypeVar("_Found")


class Postgres:
    """Implements ``index.database.Database``; and whose turn it is to change the library."""

    def __init__(self, url: str, namespace: str) -> None:
        psycopg = _driver()
        self._told = _told(url)
        self._where = f"{self._told['host']}/{self._told['dbname']}"
        self._password = self._told.get("password") or ""
        self._namespace = namespace
        self._key = int.from_bytes(
            hashlib.sha256(namespace.encode()).digest()[:8], "big", signed=True
        )
        self._turn = threading.RLock()
        self._lost: float | None = None
        """Since when the database cannot be reached."""
        self._inside = False
        """Whether a transaction is under way."""
        self._generation = 0
        """Grows with each connection; the turn to change goes with the one that it was had on."""
        self._turns: list[tuple[int, int]] = []
        """Thread and generation of each turn that is had."""
        self._error = psycopg.Error
        self._connection: Connection | None = None
        with self._turn, self._translated():
            try:
                self._steady(lambda at: served_schema.prepare(at, namespace, self._key))
            except BaseException:
                self._hang_up()
                raise

    @property
    def place(self) -> str:
        """Where the record is, without a password."""
        return f"postgresql://{self._where}"

    def close(self) -> None:
        with self._turn:
            self._hang_up()

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._turn, self._translated():
            asked = _translated_statement(statement)
            return self._steady(lambda at: at.execute(asked, values).fetchall())

    def execute(self, statement: str, *values: Any) -> None:
        self._held_connection().execute(_translated_statement(statement), values)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._held_connection().cursor() as cursor:
            cursor.executemany(_translated_statement(statement), rows)

    def alone(self, *statements: str) -> None:
        """Run statements that no transaction may hold."""
        for statement in statements:
            with self._turn, self._translated():
                self._steady(lambda at, each=statement: at.execute(each))  # type: ignore[misc]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As ``Database``; fails where the connection went on which the turn to change was had."""
        with self._turn, self._translated():
            if self._inside:  # this thread's own: no other has the turn
                yield
                return
            self._steady(lambda at: at.execute("BEGIN"))
            if self._turn_is_lost():
                self._roll_back()
                raise StoreError(
                    f"The connection to {self.place} broke during a change.",
                    "Do it again: what was finished is kept, and nothing is there twice.",
                )
            self._inside = True
            try:
                with self._held_connection().pipeline():  # no waiting for each statement
                    yield
                self._held_connection().execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._inside = False

    @contextmanager
    def change(self, patience_s: float) -> Iterator[bool]:
        """Keep everybody else from changing the library; whether that was had in this time.

        It ends with the connection, so whoever dies gives it back. Reading needs no turn.

        Raises:
            StoreError: meanwhile another version of Citewell has changed the record's tables.
        """
        until = time.monotonic() + patience_s
        while not self._took_turn():
            if time.monotonic() >= until:
                yield False
                return
            time.sleep(_PAUSE_S)
        had = self._turns[-1]
        try:
            with self._turn, self._translated():
                self._steady(lambda at: served_schema.refuse_another(at, self._namespace))
            yield True
        finally:
            with self._turn:
                self._turns.remove(had)
                if had[1] == self._generation:
                    with suppress(self._error):  # it went with the connection
                        self._held_connection().execute(
                            "SELECT pg_advisory_unlock(%s)", [self._key]
                        )

    def scrub(self) -> None:
        """The server's files are not ours: what is deleted there, its own tidying takes away."""

    def rewrite(self) -> None:
        self.alone("VACUUM (ANALYZE)")

    def copied(self) -> None:
        for table in ("documents", "passages"):
            self.rows(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'number'),"
                f" greatest(1, (SELECT max(number) FROM {table})))"
            )
        self.rewrite()

    def problems(self) -> list[str]:
        return []

    def _turn_is_lost(self) -> bool:
        """Whether this thread's turn to change went with an earlier connection."""
        mine = threading.get_ident()
        return any(who == mine and had != self._generation for who, had in self._turns)

    def _took_turn(self) -> bool:
        with self._turn, self._translated():
            taken = self._steady(
                lambda at: at.execute("SELECT pg_try_advisory_lock(%s) AS had", [self._key])
            ).fetchone()
            if taken and taken["had"]:
                self._turns.append((threading.get_ident(), self._generation))
            return bool(taken and taken["had"])

    def _steady(self, act: "Callable[[Connection], _Found]") -> _Found:
        """What ``act`` gives, on a new connection if need be; not within a transaction."""
        while True:
            try:
                found = act(self._live())
                self._lost = None
                return found
            except _driver().OperationalError as error:
                if self._inside or not self._is_gone(error):
                    raise
                self._lost = self._lost or time.monotonic()
                if time.monotonic() - self._lost > _PATIENCE_S:
                    raise
            time.sleep(_PAUSE_S)

    def _live(self) -> "Connection":
        if self._connection is None or self._connection.closed:
            if self._inside:
                return self._held_connection()
            psycopg = _driver()
            from psycopg.rows import dict_row
            from psycopg.types.string import TextLoader

            self._hang_up()
            given = _CONNECTING | self._told
            given["options"] = f"{given.get('options', '')} -c search_path={self._namespace}"
            self._connection = psycopg.connect(**given, autocommit=True, row_factory=dict_row)
            # It is read where it is needed.
            self._connection.adapters.register_loader("json", TextLoader)
            self._generation += 1
        return self._connection

    def _held_connection(self) -> "Connection":
        if self._connection is None:
            raise StoreError(f"The connection to {self.place} broke.", "Do it again.")
        return self._connection

    def _is_gone(self, error: "psycopg.OperationalError") -> bool:
        """Whether the database may soon be back, rather than refuse this for good."""
        if self._connection is not None and not self._connection.closed:
            return False
        text = str(error)
        return "FATAL" not in text or any(each in text for each in _FOR_NOW)

    def _roll_back(self) -> None:
        with suppress(self._error):
            self._held_connection().execute("ROLLBACK")

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise self._translation(error) from None  # psycopg's may quote what was written

    def _translation(self, error: "psycopg.Error") -> CitewellError:
        errors = _driver().errors
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if self._password:
            reason = reason.replace(self._password, "…")
        if isinstance(error, errors.DiskFull):
            return FullDiskError()
        if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
            return InputError(
                f"The record in {self.place} cannot be written: {reason}.",
                "Let the database's administrator give this user the right to.",
            )
        if isinstance(error, _driver().OperationalError):
            return StoreError(
                f"The database {self.place} cannot be reached: {reason}",
                "Try again when it is there; what was finished is kept. "
                "CITEWELL_RECORD_URL says where it is.",
            )
        return StoreError(
            f"The library's record in {self.place} failed: {reason}.", "Run `citewell doctor`."
        )


@cache
def _translated_statement(statement: str) -> str:
    """A statement of the record in PostgreSQL's words."""
    listed = "jsonb_array_elements_text(CAST(? AS jsonb))"
    return statement.replace("%", "%%").replace("json_each(?)", listed).replace("?", "%s")


def _told(url: str) -> dict[str, Any]:
    """What an address says, by libpq's names.

    Raises:
        InputError: it is none. The message does not quote it, for it may hold a password.
    """
    psycopg = _driver()
    try:
        if url.partition("?")[0].count("@") > 1:
            raise psycopg.ProgrammingError
        found: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise InputError(
            "The address of the record's database is not postgresql://USER@HOST:PORT/NAME.",
            "Mend CITEWELL_RECORD_URL; @ / and : in a password are written %40 %2F %3A.",
        ) from None
    return {"host": "localhost", "dbname": found.get("user", "citewell")} | found


def _driver() -> Any:
    """psycopg, which comes with an extra.

    Raises:
        InputError: it is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise InputError(
            "A record in PostgreSQL needs psycopg, which is not installed.",
            "Install it: pip install 'citewell[postgres]'",
        ) from error
    return psycopg
