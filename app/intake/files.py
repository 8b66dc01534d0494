"""Files by content: sniffed, sized, encrypted on disk under their hash, readable by whom it concerns."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import Area, Unit, UserMembership
from app.access.scope import in_scope
from app.intake.models import FileHolder, StoredFile
from app.intake.sniffing import PARQUET, sniff_media_type
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Fault, Invalid, NotFound, TooLarge
from app.kernel.idempotency import remember
from app.kernel.settings import Settings

# whoever checks, decides or pays sees the evidence of the area; liaisons and grid workers see what they uploaded
EVIDENCE_READERS = (
    "township_clerk", "ybj_officer", "civil_affairs_officer", "reviewer", "meeting_secretary",
    "fund_manager", "finance_officer", "auditor",
)  # fmt: skip
_MEBIBYTE = 2**20


def store_file(
    session: Session, actor: Actor, clock: Clock, content: bytes, name: str, *, purpose: str = "evidence"
) -> StoredFile:
    """Keep a content once and note who holds it; does not commit.

    Raises TooLarge, or Invalid (`file_empty`, `file_type_refused`).
    """
    settings = settings_of(session)
    if len(content) > settings.max_upload_mb * _MEBIBYTE:
        raise TooLarge(f"文件不能超过{settings.max_upload_mb}MB", code="file_too_large")
    if not content:
        raise Invalid([Fault("/file", "file_empty", "文件是空的")])
    media_type = sniff_media_type(content)
    if media_type is None or (media_type == PARQUET and purpose != "import"):
        message = "不接受这种文件：请上传图片（png、jpg、heic、webp）、PDF、docx、xlsx、csv或zip"
        raise Invalid([Fault("/file", "file_type_refused", message)])
    digest = hashlib.sha256(content).hexdigest()
    stored = session.scalar(_by_hash(digest))
    if stored is None:
        write_once(_path(settings, digest), cipher_of(session).encrypt_bytes(content))
        draft = StoredFile(
            hash=digest, size=len(content), media_type=media_type, name=clean_name(name), purpose=purpose,
            uploaded_by=actor.user_id, at=clock(),
        )  # fmt: skip
        stored = _add_or_find(session, draft)
    if purpose == "import":
        stored.purpose = purpose  # it holds ID numbers, whoever else uploaded it
    if actor.user_id and session.get(FileHolder, (stored.id, actor.user_id)) is None:
        session.add(FileHolder(file_id=stored.id, user_id=actor.user_id))
    session.flush()
    return stored


def _add_or_find(session: Session, draft: StoredFile) -> StoredFile:
    """A phone may send the same photo twice at once: the second finds the first's row."""
    digest = draft.hash
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        return session.scalars(_by_hash(digest)).one()
    return draft


def _by_hash(digest: str) -> Select[StoredFile]:
    return select(StoredFile).where(StoredFile.hash == digest)


def upload_file(session: Session, actor: Actor, clock: Clock, content: bytes, name: str) -> StoredFile:
    """A person hands in a file; commits."""
    stored = store_file(session, actor, clock, content, name)
    audit.record(session, actor, clock, "file_uploaded", subject=f"file:{stored.id}")
    remember(session, str(stored.id))
    session.commit()
    return stored


def open_file(session: Session, actor: Actor, clock: Clock, digest: str) -> tuple[StoredFile, bytes]:
    """The file and its content; who looked into an uploaded table, full of ID numbers, is recorded. Commits.

    Raises NotFound, Conflict `file_damaged`.
    """
    stored = get_file_by_hash(session, actor, digest)
    content = read_file(session, stored.id)
    if stored.purpose != "evidence":
        audit.record(session, actor, clock, "file_downloaded", subject=f"file:{stored.id}")
        session.commit()
    return stored, content


def get_file(session: Session, file_id: int) -> StoredFile:
    """Raises NotFound `file_not_found`."""
    stored = session.get(StoredFile, file_id)
    if stored is None:
        raise NotFound("没有这个文件", code="file_not_found")
    return stored


def read_file(session: Session, file_id: int) -> bytes:
    """The content; raises NotFound, or Conflict `file_damaged` when disk and hash disagree."""
    stored = get_file(session, file_id)
    try:
        content = cipher_of(session).decrypt_bytes(_path(settings_of(session), stored.hash).read_bytes())
    except (FileNotFoundError, InvalidTag) as error:
        raise Conflict("文件在磁盘上缺失或已损坏，请从备份恢复", code="file_damaged", file_id=file_id) from error
    if hashlib.sha256(content).hexdigest() != stored.hash:
        raise Conflict("文件内容与登记不符，请从备份恢复", code="file_damaged", file_id=file_id)
    return content


def get_file_by_hash(session: Session, actor: Actor, digest: str) -> StoredFile:
    """The file, for its holders, and evidence for officers of a holder's area; raises NotFound otherwise."""
    stored = session.scalar(_by_hash(digest))
    if stored is None or not _may_read(session, actor, stored):
        raise NotFound(code="file_not_found")
    return stored


def missing_files(session: Session, file_ids: Iterable[int]) -> set[int]:
    """Those of the ids that name no file."""
    wanted = set(file_ids)
    found = session.scalars(select(StoredFile.id).where(StoredFile.id.in_(wanted))) if wanted else ()
    return wanted - set(found)


def settings_of(session: Session) -> Settings:
    """The settings that the session was opened with (`Database.info["settings"]`)."""
    settings = session.info["settings"]
    if not isinstance(settings, Settings):
        raise TypeError("a session must be opened by a Database that knows its settings")
    return settings


def write_once(path: Path, content: bytes) -> None:
    """Whole or not at all: written beside, forced to disk, then named."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def clean_name(name: str) -> str:
    """A file name without folders and signs that any system refuses."""
    base = re.sub(r"[\x00-\x1f<>:\"|?*]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return base[-150:] or "file"


def _may_read(session: Session, actor: Actor, stored: StoredFile) -> bool:
    holders = select(FileHolder.user_id).where(FileHolder.file_id == stored.id)
    if actor.user_id in set(session.scalars(holders)):
        return True
    if stored.purpose != "evidence":
        return False
    paths = session.scalars(
        select(Area.path).join(Unit, Unit.area_id == Area.id)
        .join(UserMembership, UserMembership.unit_id == Unit.id).where(UserMembership.user_id.in_(holders))
    )  # fmt: skip
    return any(in_scope(actor, path, *EVIDENCE_READERS) for path in paths)


def _path(settings: Settings, digest: str) -> Path:
    return settings.files_dir / digest[:2] / digest
