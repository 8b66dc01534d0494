"""Turns what a request shows into who calls: the one function that the web room is handed by create_app."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access.models import ApiToken, UserSession
from app.access.sessions import csrf_token_of, find_actor_by_token
from app.kernel.dates import Clock
from app.web.surroundings import Caller, Credentials


def authenticate(session: Session, clock: Clock, shown: Credentials) -> Caller | None:
    """One SQL statement; None when nothing shown is valid."""
    if shown.bearer is not None:
        actor = find_actor_by_token(session, clock, shown.bearer, ApiToken)
        return Caller(actor) if actor else None
    if shown.cookie is None:
        return None
    actor = find_actor_by_token(session, clock, shown.cookie, UserSession)
    return Caller(actor, csrf_token_of(session, shown.cookie)) if actor else None
