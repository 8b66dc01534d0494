"""Which scheme a round runs under, and what the scheme says about its payers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.engine import engine_of
from app.engine.schemes import Scheme, load_scheme
from app.kernel.errors import NotFound
from app.rounds.models import Round


def scheme_named(session: Session, scheme_id: str) -> Scheme:
    """The scheme folder of that name; `NotFound` when there is none."""
    return load_scheme(engine_of(session).resources, scheme_id)


def scheme_of(session: Session, round_id: int) -> Scheme:
    """The scheme of that round; its parameters are live, its diagrams are those the round started with."""
    scheme_id = session.scalar(select(Round.scheme).where(Round.id == round_id))
    if scheme_id is None:
        raise NotFound(code="round_not_found")
    return scheme_named(session, scheme_id)


def payer_kind(scheme: Scheme, payer: str) -> str:
    """`electronic` or `evidenced` (A-SZ-4); the year cost itself is data and only the bureau corrects it."""
    entry = scheme.payers.get(payer)
    return "electronic" if entry is None else str(entry["kind"])


def payer_name(scheme: Scheme, payer: str) -> str:
    """The payer in the officials' words."""
    entry = scheme.payers.get(payer)
    return payer if entry is None else str(entry["name"])
