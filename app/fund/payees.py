"""The payees of the registry as the fund needs them: who is active, and the account as it stands now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.registry.models import Payee


def active_payees(session: Session, payee_ids: Iterable[int | None]) -> dict[int, Payee]:
    """Payee id -> payee, for those whose account may be paid to."""
    ids = sorted({payee_id for payee_id in payee_ids if payee_id is not None})
    found: dict[int, Payee] = {}
    for start in range(0, len(ids), 500):  # SQLite allows a limited number of variables
        query = select(Payee).where(Payee.id.in_(ids[start : start + 500]), Payee.state == "active")
        found.update({payee.id: payee for payee in session.scalars(query)})
    return found
