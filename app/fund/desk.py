"""What people do at the fund's desk: each use case checks the role, acts once and commits once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.access.scope import require_role
from app.engine.engine import engine_of
from app.engine.schemes import load_scheme
from app.fund import account_fix, batches, payments, years
from app.fund.bank import outcomes
from app.fund.bank.downloads import download_batch
from app.fund.bank.result_file import take_result_file
from app.fund.inflows import record_inflow
from app.fund.ledger import lock_account
from app.fund.models import Batch
from app.fund.trail import note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.idempotency import remember
from app.kernel.money import parse_yuan

PREPARERS = ("ybj_officer", "fund_manager")
SENDERS = (*PREPARERS, "finance_officer")
KEEPERS = (*SENDERS, "reviewer")
INFLOW_RECORDERS = ("ybj_officer", "fund_manager", "civil_affairs_officer", "finance_officer")
READERS = (*KEEPERS, "civil_affairs_officer", "meeting_secretary", "auditor")

_Step = Callable[[Session, Actor, Clock, int], Batch]
STEPS: dict[str, tuple[tuple[str, ...], _Step]] = {
    "review": (("reviewer",), batches.review_batch),
    "approve": (("finance_officer",), batches.approve_batch),
    "send": (PREPARERS, batches.send_batch),
}


def prepare_batch(session: Session, actor: Actor, clock: Clock, account_id: int, year: int, purpose: str) -> int:
    """A batch of all that waits to be paid (制表); its id."""
    require_role(actor, *PREPARERS)
    batch_id = batches.collect_batch(session, actor, clock, account_id, year, purpose)
    remember(session, str(batch_id))
    session.commit()
    return batch_id


def advance_batch(session: Session, actor: Actor, clock: Clock, batch_id: int, step: str) -> Batch:
    """`step` review | approve | send; three different people (Denied `same_person`)."""
    roles, act = STEPS[step]
    require_role(actor, *roles)
    batch = act(session, actor, clock, batch_id)
    remember(session, str(batch_id))
    session.commit()
    return batch


def give_batch_up(session: Session, actor: Actor, clock: Clock, batch_id: int, reason: str) -> Batch:
    """Return a batch that was not sent; its payments wait for another."""
    require_role(actor, *KEEPERS)
    batch = batches.return_batch(session, actor, clock, batch_id, reason)
    remember(session, str(batch_id))
    session.commit()
    return batch


def fetch_bank_file(session: Session, actor: Actor, clock: Clock, batch_id: int, file_format: str) -> bytes:
    """The file for the bank with full accounts; the download is in the audit."""
    require_role(actor, *SENDERS)
    content = download_batch(session, actor, clock, batch_id, file_format)
    session.commit()
    return content


def upload_results(
    session: Session, actor: Actor, clock: Clock, batch_id: int, content: bytes, filename: str
) -> dict[str, Any]:
    """The bank's answer for this batch; the same bytes again get the same answer."""
    require_role(actor, *SENDERS)
    batches.get_batch(session, batch_id)
    summary = take_result_file(session, actor, clock, batch_id, content, filename)
    remember(session, str(summary["file_id"]))
    session.commit()
    return summary


def record_arrival(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    kind: str,
    amount: Decimal,
    evidence: str,
) -> int:
    """Money is in the bank; civil affairs records the charity it moved [S0 附件3 四]. The entry's id."""
    require_role(actor, *INFLOW_RECORDERS)
    entry_id = record_inflow(session, actor, clock, account_id, year, kind, amount, evidence)
    note(session, actor, clock, "inflow", f"fund:{account_id}", year=year, source=kind, amount=f"{amount:f}")
    remember(session, str(entry_id))
    session.commit()
    return entry_id


def start_year(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    carry_in: Decimal,
    fiscal: Decimal,
    charity_committed: Decimal,
    charity_prior: Decimal | None,
) -> None:
    """Open the quota of a year."""
    require_role(actor, *PREPARERS)
    floor, rises = _charity_terms(session, account_id)
    years.open_year(
        session, actor, clock, account_id, year, carry_in, fiscal, charity_committed, charity_prior,
        charity_floor=floor, charity_rises=rises,
    )  # fmt: skip
    note(session, actor, clock, "year_opened", f"fund:{account_id}", year=year)
    remember(session, f"{account_id}/{year}")
    session.commit()


def end_year(session: Session, actor: Actor, clock: Clock, account_id: int, year: int) -> None:
    """Close a year; what is left goes on to the next."""
    require_role(actor, *PREPARERS)
    left = years.close_year(session, actor, clock, account_id, year)
    note(session, actor, clock, "year_closed", f"fund:{account_id}", year=year, carried=f"{left:f}")
    remember(session, f"{account_id}/{year}")
    session.commit()


def hold(session: Session, actor: Actor, clock: Clock, payment_id: int, reason: str) -> None:
    """Keep a payment back."""
    require_role(actor, *KEEPERS)
    payments.hold_payment(session, actor, clock, payment_id, reason)
    remember(session, str(payment_id))
    session.commit()


def release(session: Session, actor: Actor, clock: Clock, payment_id: int) -> None:
    """Let a payment that was held be paid."""
    require_role(actor, *KEEPERS)
    payments.release_payment(session, actor, clock, payment_id)
    remember(session, str(payment_id))
    session.commit()


def look_for_payee(session: Session, actor: Actor, clock: Clock, payment_id: int) -> None:
    """Open the fixing of an unclaimed payment."""
    require_role(actor, *KEEPERS)
    account_fix.ask_for_payee(session, actor, clock, payment_id)
    remember(session, str(payment_id))
    session.commit()


def say_what_happened(
    session: Session, actor: Actor, clock: Clock, transfer_id: int, outcome: str, reason: str
) -> None:
    """Settle a transfer in doubt: `outcome` paid | failed."""
    require_role(actor, "finance_officer", "reviewer", *PREPARERS)
    outcomes.settle_doubt(session, actor, clock, transfer_id, outcome, reason)
    remember(session, str(transfer_id))
    session.commit()


def _charity_terms(session: Session, account_id: int) -> tuple[Decimal, bool]:
    """What the account's scheme expects of charity: at least so much a year (yuan), and more than the year before."""
    account = lock_account(session, account_id)
    terms = load_scheme(engine_of(session).resources, account.scheme).fund
    return parse_yuan(terms.get("charity_floor") or "0.00", "/charity_floor"), bool(terms.get("charity_rises"))
