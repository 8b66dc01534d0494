"""The payees of the registry as the fund needs them: whom a person's money goes to now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.registry.models import Payee


def payees_of(session: Session, person_ids: Iterable[int]) -> dict[int, Payee]:
    """Person id -> the active payee (a person has one at most), for those who have one."""
    ids = sorted(set(person_ids))
    found: dict[int, Payee] = {}
    for start in range(0, len(ids), 500):  # SQLite allows a limited number of variables
        query = select(Payee).where(Payee.person_id.in_(ids[start : start + 500]), Payee.state == "active")
        fresh = session.scalars(query.execution_options(populate_existing=True))
        found.update({payee.person_id: payee for payee in fresh})
    return found
