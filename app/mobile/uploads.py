"""Photos arrive in parts and resume where they broke off; a receipt names the hash of what was kept."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.intake.files import settings_of, store_file, write_once
from app.intake.models import FileHolder, StoredFile
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, TooLarge, TooMany
from app.kernel.idempotency import remember
from app.mobile.models import Upload

KINDS = ("photo", "signature", "statement", "proof")
LARGEST_PART = 2**20
MOST_OPEN = 100
ABANDONED_AFTER = timedelta(days=7)
_SWEEP_AT_ONCE = 500


@dataclass(frozen=True)
class Announced:
    """What a phone is about to send."""

    sha256: str
    size: int
    kind: str
    task_id: int | None = None


def announce_upload(session: Session, actor: Actor, clock: Clock, announced: Announced) -> Upload:
    """The upload, begun or found: a hash that this user has sent before has its receipt at once. Commits.

    Raises TooLarge, TooMany, Conflict `size_differs`.
    """
    largest = settings_of(session).max_upload_mb
    if announced.size > largest * 2**20:
        raise TooLarge(f"文件不能超过{largest}MB", code="file_too_large")
    upload = session.scalar(_own(actor).where(Upload.sha256 == announced.sha256))
    if upload is None:
        upload = _begin(session, actor, clock, announced)
    elif upload.size != announced.size:
        raise Conflict("同一文件的大小与先前不符，请重新拍摄", code="size_differs", size=upload.size)
    remember(session, str(upload.id))
    session.commit()
    return upload


def get_upload(session: Session, actor: Actor, upload_id: int) -> Upload:
    """One's own; raises NotFound."""
    upload = session.scalar(_own(actor).where(Upload.id == upload_id))
    if upload is None:
        raise NotFound(code="upload_not_found")
    return upload


def add_part(session: Session, actor: Actor, clock: Clock, upload_id: int, offset: int, part: bytes) -> Upload:
    """Keep the bytes from `offset` on; the last part makes the file. A part that came before changes nothing. Commits.

    Raises NotFound, TooLarge, Conflict `offset_wrong` (with `received`), Invalid `part_too_long`, `hash_differs`
    or `file_type_refused`; after the last two the upload is gone and has to be announced again.
    """
    if len(part) > LARGEST_PART:
        raise TooLarge("每段不能超过1MB", code="part_too_large")
    upload = session.scalar(_own(actor).where(Upload.id == upload_id).with_for_update())
    if upload is None:
        raise NotFound(code="upload_not_found")
    if upload.state == "done" or offset < upload.received:
        return upload
    if offset != upload.received:
        raise Conflict("断点不符，请从已收到处续传", code="offset_wrong", received=upload.received)
    if not part or offset + len(part) > upload.size:
        raise Invalid([Fault("", "part_too_long" if part else "part_empty", "这一段的长度与登记的大小不符")])
    write_once(_folder(session, upload.id) / str(offset), cipher_of(session).encrypt_bytes(part))
    upload.received, upload.changed_at = offset + len(part), clock()
    if upload.received == upload.size:
        _complete(session, actor, clock, upload)
    session.commit()
    if upload.state == "done":
        shutil.rmtree(_folder(session, upload.id), ignore_errors=True)
    return upload


def sweep_uploads(session: Session, clock: Clock) -> int:
    """Drop parts that nobody has added to for a week, and receipts as old (the file stays); does not commit."""
    old = select(Upload.id).where(Upload.changed_at < clock() - ABANDONED_AFTER).limit(_SWEEP_AT_ONCE)
    ids = list(session.scalars(old))
    for upload_id in ids:
        shutil.rmtree(_folder(session, upload_id), ignore_errors=True)
    session.execute(delete(Upload).where(Upload.id.in_(ids)))
    return len(ids)


def _begin(session: Session, actor: Actor, clock: Clock, announced: Announced) -> Upload:
    waiting = select(func.count()).select_from(Upload).where(Upload.user_id == actor.user_id, Upload.state == "open")
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooMany("未传完的文件过多，请先传完", retry_after=60)
    if actor.user_id is None:
        raise Denied
    now = clock()
    upload = Upload(
        user_id=actor.user_id,
        sha256=announced.sha256,
        size=announced.size,
        kind=announced.kind,
        task_id=announced.task_id,
        created_at=now,
        changed_at=now,
    )
    held = select(StoredFile).join(FileHolder, FileHolder.file_id == StoredFile.id)
    kept = session.scalar(held.where(StoredFile.hash == announced.sha256, FileHolder.user_id == actor.user_id))
    if kept is not None and kept.size == announced.size:
        upload.state, upload.received, upload.file_id, upload.received_at = "done", kept.size, kept.id, now
    session.add(upload)
    session.flush()
    return upload


def _complete(session: Session, actor: Actor, clock: Clock, upload: Upload) -> None:
    """The file, or nothing of it: a refusal is committed, so that the phone can announce the photo anew."""
    try:
        stored = store_file(session, actor, clock, _read_parts(session, upload), f"{upload.kind}-{upload.sha256[:8]}")
    except Invalid:
        folder = _folder(session, upload.id)
        session.delete(upload)
        session.commit()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    upload.state, upload.file_id, upload.received_at = "done", stored.id, clock()


def _read_parts(session: Session, upload: Upload) -> bytes:
    folder, content = _folder(session, upload.id), b""
    wrong = Invalid([Fault("/sha256", "hash_differs", "传输有误，文件与登记不符，请重传")])
    try:
        while len(content) < upload.received:
            content += cipher_of(session).decrypt_bytes((folder / str(len(content))).read_bytes())
    except (FileNotFoundError, InvalidTag) as error:
        raise wrong from error
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise wrong
    return content


def _own(actor: Actor) -> Select[Upload]:
    return select(Upload).where(Upload.user_id == actor.user_id)


def _folder(session: Session, upload_id: int) -> Path:
    return settings_of(session).data_dir / "uploads" / str(upload_id)
