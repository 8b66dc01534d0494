"""Two transactions that got into each other's way: the one that had to yield is run again, and nobody notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

Result = TypeVar("Result")
TRIES = 4
_YIELDED = {"40P01", "40001"}  # PostgreSQL: deadlock detected, serialisation failure


class ChangedBehindLock(Exception):
    """An instance was not in the version in which it was read."""


def retried(session: Session, use_case: Callable[[], Result]) -> Result:
    """Run a whole use case, its commit included; again when the database, or a version, made it yield."""
    for _ in range(TRIES - 1):
        try:
            return use_case()
        except ChangedBehindLock:
            session.rollback()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _YIELDED:
                raise
            session.rollback()
    return use_case()
