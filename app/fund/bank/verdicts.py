"""What one line of the bank's answer means for one transfer: pure, and in doubt never pays again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SUCCESS, FAILURE, PROCESSING = "success", "failure", "processing"
NEEDS_A_PERSON = ("wrong_amount", "conflict")


@dataclass(frozen=True)
class Known:
    """What we hold of a transfer before the line."""

    state: str
    doubt: str | None
    amount: Decimal
    bank_serial: str | None
    bank_time: str | None


@dataclass(frozen=True)
class Said:
    """What the line says; `bank_time` sorts as text (2026-03-02 10:00:00)."""

    result: str
    amount: Decimal
    bank_serial: str | None = None
    bank_time: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`outcome` is kept with the line; `state` and `doubt` are the transfer's from now on."""

    outcome: str
    state: str
    doubt: str | None


def judge(known: Known, said: Said, *, contradicted: bool = False) -> Verdict:
    """`contradicted`: the same file says something else of this transfer, so neither line is believed."""
    if known.state in ("prepared", "dropped"):
        return Verdict("conflict", known.state, "conflict")
    if said.amount != known.amount or contradicted:
        return _mistrust(known, "conflict" if said.amount == known.amount else "wrong_amount")
    if said.result == PROCESSING:
        return _judge_processing(known)
    if known.doubt in NEEDS_A_PERSON:
        return Verdict("conflict", known.state, known.doubt)
    if known.state in ("sent", "unknown"):
        return Verdict("applied", "paid" if said.result == SUCCESS else "failed", None)
    return _judge_again(known, said)


def _mistrust(known: Known, doubt: str) -> Verdict:
    state = "unknown" if known.state in ("sent", "unknown") else known.state
    return Verdict(doubt, state, doubt)


def _judge_processing(known: Known) -> Verdict:
    if known.state == "sent":
        return Verdict("applied", "unknown", "processing")
    return Verdict("repeated" if known.state == "unknown" else "stale", known.state, known.doubt)


def _judge_again(known: Known, said: Said) -> Verdict:
    """A definite answer to a transfer that has one."""
    older = _is_older(said.bank_time, known.bank_time)
    conflict = Verdict("conflict", known.state, "conflict")
    if (known.state == "paid") == (said.result == SUCCESS):
        another = bool(said.bank_serial and known.bank_serial and said.bank_serial != known.bank_serial)
        twice_paid = another and known.state == "paid"
        return conflict if twice_paid else Verdict("repeated", known.state, known.doubt)
    if known.state == "paid":
        return Verdict("stale", "paid", known.doubt) if older else conflict
    return conflict if older else Verdict("late_success", "paid", None)


def _is_older(time: str | None, than: str | None) -> bool:
    """Compared only as exactly as both are: a day without a time of day is not older than an hour of it."""
    if not time or not than:
        return False
    places = min(len(time), len(than))
    return time[:places] < than[:places]
