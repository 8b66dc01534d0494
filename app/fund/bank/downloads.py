"""The bank file leaves the house: only what was approved, unaltered, and with a row in the audit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.fund.bank.payment_file import batch_rows, seal_of, write_csv, write_xlsx
from app.fund.batches import get_batch
from app.fund.trail import note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict

WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def download_batch(session: Session, actor: Actor, clock: Clock, batch_id: int, file_format: str) -> bytes:
    """The file with full accounts, `file_format` csv | xlsx; the same bytes each time. Does not commit."""
    batch = get_batch(session, batch_id)
    if batch.state not in ("approved", "sent", "settled"):
        raise Conflict("付款批次审批后才能导出", code="batch_not_approved", state=batch.state)
    if seal_of(session, batch) != batch.content_hash:
        raise Conflict("批次内容在审核后被改动，请退回重做", code="batch_altered")
    content = WRITERS[file_format](batch, batch_rows(session, batch))
    subject = f"batch:{batch.id}"
    note(session, actor, clock, "bank_file_downloaded", subject, format=file_format, hash=batch.content_hash)
    return content
