"""A brake on guessing: tries are counted by login and by address, before the password is looked at."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from app.access.audit import record
from app.access.models import LoginAttempt, User
from app.access.passwords import check_password
from app.kernel.actors import SYSTEM
from app.kernel.dates import Clock
from app.kernel.db import Database, Instant
from app.kernel.errors import TooMany, Unauthenticated

LOCK = timedelta(minutes=15)
TRIES_BY_LOGIN = 5
TRIES_BY_ADDRESS = 100
_COUNT = (
    text(
        "INSERT INTO login_attempt (subject, tries, until) VALUES (:subject, 1, :until)"
        " ON CONFLICT (subject) DO UPDATE SET until = :until,"
        " tries = CASE WHEN login_attempt.until <= :now THEN 1 ELSE login_attempt.tries + 1 END"
        " RETURNING tries"
    )
    .bindparams(bindparam("until", type_=Instant), bindparam("now", type_=Instant))
    .columns()
)
_FORGIVE = text("UPDATE login_attempt SET tries = tries - 1 WHERE subject = :subject AND tries > 0")


def prove_password(database: Database, clock: Clock, login: str, password: str, address: str) -> int:
    """The id of the user whose password this is; commits.

    Raises Unauthenticated (`login_failed`), or TooMany (`too_many_logins`) after 5 wrong tries in 15 minutes,
    both alike for names that nobody has. Racing tries are counted, because counting comes first.
    """
    by_login, by_address = f"login:{database.cipher.lookup(login.lower())}", f"address:{address}"
    with database.writing() as session:
        _count_try(session, clock, by_login, TRIES_BY_LOGIN)
        _count_try(session, clock, by_address, TRIES_BY_ADDRESS)
        session.commit()
    with database.reading() as session:
        user = session.scalar(select(User).where(User.login == login))
    good = check_password(password, user.password_hash if user else None)
    with database.writing() as session:
        if user is None or not good or user.state != "active":
            record(session, SYSTEM, clock, "login_failed", subject=f"user:{user.id}" if user else None)
            session.commit()
            raise Unauthenticated("登录名或密码不对", code="login_failed")
        session.execute(delete(LoginAttempt).where(LoginAttempt.subject == by_login))
        session.execute(_FORGIVE, {"subject": by_address})
        session.commit()
    return user.id


def drop_old_attempts(session: Session, clock: Clock) -> None:
    """Forget tries whose time is up; does not commit."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.until <= clock()))


def _count_try(session: Session, clock: Clock, subject: str, most: int) -> None:
    now = clock()
    tries = session.scalar(_COUNT, {"subject": subject, "now": now, "until": now + LOCK})
    if tries is not None and tries > most:
        wait = int(LOCK.total_seconds())
        raise TooMany("登录尝试过多，请 15 分钟后再试", code="too_many_logins", retry_after=wait)
