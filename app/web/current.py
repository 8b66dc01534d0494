"""The request that is being handled: who acts, on what clock, and its database sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import g, request
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Unauthenticated
from app.kernel.settings import Settings
from app.web.surroundings import COOKIE, Caller, Credentials, surroundings


def actor() -> Actor:
    """Who calls; raises Unauthenticated where nobody is logged in (public routes only)."""
    return caller().actor


def caller() -> Caller:
    """Who calls, with the CSRF token of the session; raises Unauthenticated."""
    found = find_caller()
    if found is None:
        raise Unauthenticated
    return found


def find_caller() -> Caller | None:
    """Who calls, recognised once a request with one SQL statement; None when nothing (valid) is shown."""
    if "nuanxin_caller" not in g:
        g.nuanxin_caller = _recognise()
    found: Caller | None = g.nuanxin_caller
    return found


def sign_as(signing: Actor) -> None:
    """From here on this request is signed so: the same person, said to stand in for a colleague."""
    g.nuanxin_caller = replace(caller(), actor=signing)


def clock() -> Clock:
    """The clock of the application."""
    return surroundings().clock


def settings() -> Settings:
    """The settings of the application."""
    return surroundings().settings


@contextmanager
def reading() -> Iterator[Session]:
    """A session for queries."""
    with surroundings().database.reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session for a use case; in a replayable view it carries the claim on the idempotency key."""
    with surroundings().database.writing() as session:
        if "nuanxin_claim" in g:
            session.info["claim"] = g.nuanxin_claim
        yield session


def if_match() -> str | None:
    """The version that the caller saw, without quotes; None when the header is absent or `*`."""
    sent = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    return sent if sent not in ("", "*") else None


def credentials() -> Credentials:
    """What the request shows: the Authorization header wins over the cookie."""
    header = request.headers.get("Authorization")
    if header is None:
        return Credentials(cookie=request.cookies.get(COOKIE))
    scheme, _, token = header.partition(" ")
    return Credentials(bearer=token.strip() if scheme.lower() == "bearer" else "")


def _recognise() -> Caller | None:
    shown = credentials()
    if not shown.cookie and not shown.bearer:
        return None
    with reading() as session:
        return surroundings().authenticate(session, clock(), shown)
