"""Who is behind a cookie or a bearer token: log-ins are opened, recognised in one statement, and ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, delete
from sqlalchemy.orm import Session

from app.access.actors import get_actor, places_of_whom, read_actor
from app.access.attempts import prove_password
from app.access.audit import record
from app.access.models import ApiToken, User, UserSession
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.db import Database, Instant, cipher_of

SESSION_LENGTH = timedelta(hours=12)


@dataclass(frozen=True)
class LoggedIn:
    """A fresh log-in: `token` is shown this once, `csrf_token` belongs to it."""

    actor: Actor
    token: str
    csrf_token: str


def open_session(database: Database, clock: Clock, login: str, password: str, address: str) -> LoggedIn:
    """Check the password and open a browser session of 12 hours; commits. Raises like `prove_password`."""
    user_id = prove_password(database, clock, login, password, address)
    token = secrets.token_urlsafe(32)
    now = clock()
    with database.writing() as session:
        actor = get_actor(session, user_id, local_date(now))
        fresh = UserSession(token_hash=hash_token(token), user_id=user_id, created_at=now)
        fresh.expires_at = now + SESSION_LENGTH
        session.add(fresh)
        record(session, actor, clock, "session_opened", subject=f"user:{user_id}")
        session.commit()
        return LoggedIn(actor, token, csrf_token_of(session, token))


def close_session(session: Session, actor: Actor, clock: Clock, token: str) -> None:
    """Log out; the cookie is worth nothing afterwards. Commits."""
    session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(token)))
    record(session, actor, clock, "session_closed", subject=f"user:{actor.user_id}")
    session.commit()


def find_actor_by_token(session: Session, clock: Clock, token: str, kind: type[UserSession | ApiToken]) -> Actor | None:
    """Whose unexpired session or token this is, in one SQL statement; None for anything else."""
    now = clock()
    asked = {"shown": hash_token(token), "now": now, "day": local_date(now)}
    return read_actor(session.connection().execute(_RECOGNISE[kind], asked).all())


def csrf_token_of(session: Session, token: str) -> str:
    """Derived from the session's secret: it can be asked for again, and cannot be guessed."""
    return cipher_of(session).lookup(f"csrf {hash_token(token)}")


def end_log_ins(session: Session, user_id: int) -> None:
    """End every session and token of a user, after a new password or a dismissal; does not commit."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))


def drop_expired(session: Session, clock: Clock) -> None:
    """Forget sessions and tokens whose time is up; does not commit."""
    session.execute(delete(UserSession).where(UserSession.expires_at <= clock()))
    session.execute(delete(ApiToken).where(ApiToken.expires_at <= clock()))


def hash_token(token: str) -> str:
    """What is kept of a secret of 256 random bits; it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _recognise(kind: type[UserSession | ApiToken]) -> CompoundSelect[Any]:
    def shown(rows: Select[Any]) -> Select[Any]:
        live = (kind.token_hash == bindparam("shown"), kind.expires_at > bindparam("now", type_=Instant))
        return rows.join(kind, kind.user_id == User.id).where(*live)

    return places_of_whom(shown)


_RECOGNISE = {kind: _recognise(kind) for kind in (UserSession, ApiToken)}
"""Built once: it runs in every request."""
