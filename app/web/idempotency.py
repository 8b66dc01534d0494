"""A POST that arrives twice is carried out once: the key is claimed inside the use case's own transaction.

The first statement of each writing transaction claims the key; whoever comes second waits there until the
first has committed, and is then answered from the remembered reference. A use case that fails takes its claim
with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from sqlalchemy import bindparam, event, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction
from werkzeug.exceptions import BadRequest

from app.kernel.db import Instant
from app.kernel.errors import Conflict
from app.web import current
from app.web.models import IdempotencyKey
from app.web.surroundings import surroundings

View = TypeVar("View", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
_LONGEST = 200
_INSERT = text(
    "INSERT INTO idempotency_key (user_id, route, key, body_hash, at)"
    " VALUES (:user_id, :route, :key, :body_hash, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Instant))


class KeyMissing(BadRequest):
    """Without a key a client that lost the answer could not ask again safely."""

    nuanxin_code = "idempotency_key_missing"
    description = "请求缺少 Idempotency-Key（1 至 200 个可见字符）"


class _AlreadyDone(Exception):
    def __init__(self, ref: str | None) -> None:
        self.ref = ref
        super().__init__(ref)


@dataclass
class Claim:
    """The wish to be the one request with this key; `done` once its transaction is committed."""

    user_id: int
    route: str
    key: str
    body_hash: str
    at: datetime
    done: bool = False
    ref: str | None = None


def replayable(render: Callable[..., Any]) -> Callable[[View], View]:
    """Decorator of a POST view, right above `def`.

    A repeated request is not carried out: the reply is `render(ref, **path parameters)`, where `ref` is what
    the use case gave to `kernel.idempotency.remember` (None when nothing). A view that returns None is answered
    by `render` the first time too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Any:
            claim = g.nuanxin_claim = _make_claim()
            try:
                reply = view(*args, **kwargs)
            except _AlreadyDone as done:
                return render(done.ref, **(request.view_args or {}))
            finally:
                g.pop("nuanxin_claim", None)
            return reply if reply is not None else render(claim.ref, **(request.view_args or {}))

        answer.nuanxin_replayable = True  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return decorate


def require_key() -> str:
    """The request's key; raises KeyMissing (400)."""
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise KeyMissing
    return key


def forget_keys(session: Session, before: datetime) -> None:
    """Drop keys of requests older than that; does not commit."""
    session.execute(IdempotencyKey.__table__.delete().where(IdempotencyKey.at < before))  # type: ignore[attr-defined]


def _make_claim() -> Claim:
    user_id = current.actor().user_id
    if user_id is None:
        raise TypeError("a request has a user")
    endpoint = str(request.endpoint)
    return Claim(user_id, endpoint[:100], require_key(), _hash_request(), current.clock()())


def _hash_request() -> str:
    """Keyed, because it is kept: a plain hash of a body that holds an ID number or a password can be guessed back."""
    return surroundings().database.cipher.lookup(_digest_request())


def _digest_request() -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode("utf-8", "surrogatepass"))
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(repr((name, value)).encode("utf-8", "surrogatepass"))
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)
        digest.update(repr((name, file.filename, content)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@event.listens_for(Session, "after_begin")
def _claim_key(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    claim: Claim | None = session.info.get("claim")
    if claim is None or claim.done or transaction.nested:
        return
    row = {name: getattr(claim, name) for name in ("user_id", "route", "key", "body_hash", "at")}
    if connection.execute(_INSERT, row).rowcount == 1:
        return
    found = connection.execute(select(IdempotencyKey.body_hash, IdempotencyKey.result_ref).where(*_is(claim))).one()
    if found.body_hash != claim.body_hash:
        raise Conflict("这个 Idempotency-Key 已用于另一个请求", code="idempotency_key_reused")
    raise _AlreadyDone(found.result_ref)


@event.listens_for(Session, "before_commit")
def _keep_reference(session: Session) -> None:
    claim: Claim | None = session.info.get("claim")
    if claim is None or claim.done or session.in_nested_transaction():
        return
    claim.ref = session.info.get("result_ref")
    if claim.ref is not None:
        session.connection().execute(update(IdempotencyKey).where(*_is(claim)).values(result_ref=claim.ref))


@event.listens_for(Session, "after_commit")
def _settle_claim(session: Session) -> None:
    claim: Claim | None = session.info.get("claim")
    if claim is not None and not session.in_nested_transaction():
        claim.done = True


def _is(claim: Claim) -> tuple[Any, ...]:
    key = IdempotencyKey
    return (key.user_id == claim.user_id, key.route == claim.route, key.key == claim.key)
