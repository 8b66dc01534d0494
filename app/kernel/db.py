"""The database: one Base, exact column types, and sessions that know whether they write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, Integer, MetaData, Text, create_engine, event
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from app.kernel.crypto import Cipher
from app.kernel.money import from_fen, to_fen

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Every table of every room."""

    metadata = MetaData(naming_convention=NAMING)


class Money(TypeDecorator[Decimal]):
    """Decimal yuan in Python, whole fen in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else to_fen(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else from_fen(int(value))


class Exact(TypeDecorator[Decimal]):
    """A Decimal that is not money (a ratio), kept as text so that no database rounds it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else Decimal(value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy's signature
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as text, the same bytes on both databases; refuses what JSON cannot say (a Decimal, a date)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ARG002 SQLAlchemy's signature
        return None if value is None else json.loads(value)


class Database:
    """Two kinds of session: `writing()` takes SQLite's write lock at once, `reading()` does not.

    Plain BEGIN let 634 of 800 racing SQLite writers fail; BEGIN IMMEDIATE let none.
    """

    def __init__(self, url: str | URL, cipher: Cipher) -> None:
        self.url = make_url(url)
        self.cipher = cipher
        self.info: dict[str, Any] = {}
        """What every session carries besides the cipher: the engine, the settings."""
        self.engine = _make_engine(self.url)
        read_engine = self.engine.execution_options(nuanxin_begin="BEGIN")
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(read_engine, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session for a use case, which commits by itself; whatever is left open is rolled back."""
        with self._write(info={**self.info, "cipher": self.cipher}) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries only."""
        with self._read(info={**self.info, "cipher": self.cipher}) as session:
            yield session

    def dispose(self) -> None:
        self.engine.dispose()


def cipher_of(session: Session) -> Cipher:
    """The field cipher that the session was opened with."""
    cipher = session.info["cipher"]
    if not isinstance(cipher, Cipher):
        raise TypeError("a session must be opened by Database")
    return cipher


def is_postgresql(session: Session) -> bool:
    """True on PostgreSQL, False on SQLite."""
    return session.get_bind().dialect.name == "postgresql"


def _make_engine(url: URL) -> Engine:
    """Parameters are kept out of errors, which are logged: they are people's names, numbers and accounts."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    arguments = {"timeout": 30, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("nuanxin_begin", "BEGIN IMMEDIATE"))
