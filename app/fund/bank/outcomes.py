"""What follows when a transfer moves: its payment, the ledger, the batch, and the fixing of failed accounts.

Nothing here commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.account_fix import drop_fix, open_fixes
from app.fund.bank.verdicts import NEEDS_A_PERSON, Verdict
from app.fund.batches import get_batch, lock_batch
from app.fund.ledger import Move, post
from app.fund.models import Batch, FundEntry, Payment, Transfer
from app.fund.payments import leave_batch
from app.fund.trail import change_state, note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound

# (transfer before, transfer after) -> (quota debit, quota credit, cash debit, cash credit)
_MOVES: dict[tuple[str, str], tuple[str, str, str | None, str | None]] = {
    ("transit", "paid"): (books.SPENT, books.IN_TRANSIT, books.PAID, books.BANK),
    ("transit", "failed"): (books.RESOLVED, books.IN_TRANSIT, None, None),
    ("failed", "paid"): (books.SPENT, books.RESOLVED, books.PAID, books.BANK),
    ("paid", "failed"): (books.RESOLVED, books.SPENT, books.BANK, books.PAID),
}


class Settling:
    """Collects what one event (a file, a person's word) moves; `finish` writes one entry a fund year."""

    def __init__(self, session: Session, actor: Actor, clock: Clock) -> None:
        self.session, self.actor, self.clock = session, actor, clock
        self._moves: dict[tuple[int, int], list[Move]] = defaultdict(list)
        self._failed: dict[int, Payment] = {}
        self._batches: set[int] = set()
        self._payments: dict[int, Payment] = {}

    def load(self, transfers: Iterable[Transfer]) -> None:
        """Fetch the payments of many transfers at once, fresh."""
        wanted = sorted({transfer.payment_id for transfer in transfers})
        for start in range(0, len(wanted), 500):
            query = select(Payment).where(Payment.id.in_(wanted[start : start + 500]))
            fresh = self.session.scalars(query.execution_options(populate_existing=True))
            self._payments.update({payment.id: payment for payment in fresh})

    def is_paid_elsewhere(self, transfer: Transfer) -> bool:
        """True when another transfer of the same payment is with the bank or paid."""
        query = select(Transfer.id).where(
            Transfer.payment_id == transfer.payment_id,
            Transfer.id != transfer.id,
            Transfer.state.in_(("sent", "unknown", "paid")),
        )
        return self.session.scalar(query.limit(1)) is not None

    def move(
        self,
        transfer: Transfer,
        verdict: Verdict,
        reason: str | None = None,
        bank_serial: str | None = None,
        bank_time: str | None = None,
    ) -> None:
        """Bring a transfer and its payment to what was judged."""
        before, transfer.doubt = transfer.state, verdict.doubt
        payment = self._payments[transfer.payment_id]
        if verdict.state != before:
            self._follow(payment, transfer, before, verdict.state)
            transfer.state, transfer.reason = verdict.state, reason and reason[:200]
            transfer.bank_serial = bank_serial and bank_serial[:64]
            transfer.bank_time = bank_time
        elif verdict.outcome == "conflict":
            self._keep_back(payment)
        self._batches.add(transfer.batch_id)

    def _follow(self, payment: Payment, transfer: Transfer, before: str, after: str) -> None:
        if after == "paid" and before == "failed":
            leave_batch(self.session, payment)
            drop_fix(self.session, payment)
            self._failed.pop(payment.id, None)
            payment.batch_id, payment.hold_reason, payment.held_by = transfer.batch_id, None, None
        origin = "transit" if before in ("sent", "unknown") else before
        if after != "unknown":
            debit, credit, cash_debit, cash_credit = _MOVES[origin, after]
            moves = self._moves[payment.account_id, payment.year]
            moves.append(Move(debit, credit, payment.amount, payment.id, payment.reservation_id))
            if cash_debit and cash_credit:
                moves.append(Move(cash_debit, cash_credit, payment.amount, payment.id))
        payment.paid_at = self.clock() if after == "paid" else None
        change_state(self.session, payment, after)
        if after == "failed":
            self._failed[payment.id] = payment

    def _keep_back(self, payment: Payment) -> None:
        """The bank contradicts itself: nothing more is paid under this ref until a person has looked."""
        if payment.state in ("pending", "unclaimed", "failed"):
            leave_batch(self.session, payment)
            drop_fix(self.session, payment)
            self._failed.pop(payment.id, None)
            payment.hold_reason = "银行回盘前后矛盾，须核对后处理"
            change_state(self.session, payment, "held")

    def finish(self, ref: str) -> None:
        """Write the ledger, start the fixing of failed accounts, settle finished batches."""
        for (account_id, year), moves in sorted(self._moves.items()):
            post(self.session, self.actor, self.clock, account_id, year, "result", f"{ref}/{year}", moves)
        open_fixes(self.session, self.actor, self.clock, list(self._failed.values()))
        self.session.flush()
        for batch_id in sorted(self._batches):
            _settle_batch(self.session, self.clock, batch_id)


def _settle_batch(session: Session, clock: Clock, batch_id: int) -> None:
    batch = get_batch(session, batch_id)
    states = session.execute(
        select(Transfer.state, Transfer.doubt, func.count())
        .where(Transfer.batch_id == batch_id, Transfer.state != "dropped")
        .group_by(Transfer.state, Transfer.doubt)
    ).all()
    done = all(state in ("paid", "failed") and doubt is None for state, doubt, _ in states)
    if batch.state == "sent" and done:
        batch.state, batch.settled_at = "settled", clock()
    elif batch.state == "settled" and not done:
        batch.state, batch.settled_at = "sent", None
    session.flush()


def settle_doubt(session: Session, actor: Actor, clock: Clock, transfer_id: int, outcome: str, reason: str) -> Transfer:
    """A person who neither prepared nor sent the batch says what happened: `outcome` paid | failed.

    For transfers that are sent or unknown, and for those with a conflict. Failed money may be paid again (a
    paid one that the bank gave back returns to the bank book). Does not commit.
    """
    transfer = session.get(Transfer, transfer_id)
    if transfer is None:
        raise NotFound("没有此笔银行付款")
    batch = lock_batch(session, transfer.batch_id, "sent", "settled")
    session.refresh(transfer)
    _check_word(actor, batch, transfer, outcome, reason)
    settling = Settling(session, actor, clock)
    settling.load([transfer])
    if outcome == "paid" and transfer.state == "failed" and settling.is_paid_elsewhere(transfer):
        raise Conflict("该笔款项已另行支付或正在支付", code="paid_elsewhere")
    settling.move(transfer, Verdict("settled", outcome, None), reason, transfer.bank_serial, transfer.bank_time)
    earlier = session.scalar(
        select(func.count()).where(FundEntry.ref.like(f"transfer:{transfer.id}#%"), FundEntry.kind == "result")
    )
    settling.finish(f"transfer:{transfer.id}#{earlier}")
    note(session, actor, clock, "doubt_settled", f"transfer:{transfer.id}", outcome=outcome, reason=reason)
    return transfer


def _check_word(actor: Actor, batch: Batch, transfer: Transfer, outcome: str, reason: str) -> None:
    faults = []
    if outcome not in ("paid", "failed"):
        faults.append(Fault("/outcome", "unknown_outcome", "结果应为已付（paid）或未付（failed）"))
    if not reason.strip():
        faults.append(Fault("/reason", "reason_missing", "请填写核实依据"))
    if faults:
        raise Invalid(faults)
    if transfer.state not in ("sent", "unknown") and transfer.doubt not in NEEDS_A_PERSON:
        raise Conflict("该笔付款结果明确，无需核定", code="nothing_in_doubt", state=transfer.state)
    if actor.user_id is None or actor.user_id in (batch.prepared_by, batch.sent_by):
        raise Denied("须由制表、发送以外的人核定", code="same_person")
