"""Bearer tokens for programs and phones: made, listed and revoked by the person they act for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.audit import record
from app.access.models import ApiToken
from app.access.sessions import hash_token
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import NotFound

TOKEN_LENGTH = timedelta(days=90)


def create_token(session: Session, actor: Actor, clock: Clock, name: str) -> tuple[ApiToken, str]:
    """A token of the actor's own, valid 90 days: the row, and the secret that is shown this once. Commits."""
    secret = f"nx_{secrets.token_urlsafe(32)}"
    now = clock()
    token = ApiToken(token_hash=hash_token(secret), user_id=actor.user_id, name=name, created_at=now)
    token.expires_at = now + TOKEN_LENGTH
    session.add(token)
    session.flush()
    record(session, actor, clock, "token_created", subject=f"user:{actor.user_id}", detail={"token": token.id})
    session.commit()
    return token, secret


def list_tokens(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """The actor's own tokens, newest first."""
    mine = select(ApiToken).where(ApiToken.user_id == actor.user_id)
    return session.scalars(mine.order_by(ApiToken.id.desc())).all()


def revoke_token(session: Session, actor: Actor, clock: Clock, token_id: int) -> None:
    """End one of the actor's own tokens; commits. Raises NotFound (`token_unknown`)."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != actor.user_id:
        raise NotFound("没有这个令牌", code="token_unknown")
    session.delete(token)
    record(session, actor, clock, "token_revoked", subject=f"user:{actor.user_id}", detail={"token": token_id})
    session.commit()
