"""The books of the fund, in two planes that never mix: what may be promised, and what is in the bank.

Quota plane, per fund year: the sources (carry_over, fiscal_quota, charity_committed) are credited, and the
same money stands debited in exactly one of available, reserved, resolved, in_transit, spent, carried_out.
Cash plane: bank and paid are debited; opening, fiscal_received, charity_received are where cash came from.
"""

from __future__ import annotations

CARRY_OVER = "carry_over"
FISCAL_QUOTA = "fiscal_quota"
CHARITY_COMMITTED = "charity_committed"
AVAILABLE = "available"
RESERVED = "reserved"
RESOLVED = "resolved"
IN_TRANSIT = "in_transit"
SPENT = "spent"
CARRIED_OUT = "carried_out"

BANK = "bank"
PAID = "paid"
OPENING = "opening"
FISCAL_RECEIVED = "fiscal_received"
CHARITY_RECEIVED = "charity_received"

QUOTA_SOURCES = (CARRY_OVER, FISCAL_QUOTA, CHARITY_COMMITTED)
QUOTA_USES = (AVAILABLE, RESERVED, RESOLVED, IN_TRANSIT, SPENT, CARRIED_OUT)
QUOTA_BOOKS = frozenset((*QUOTA_SOURCES, *QUOTA_USES))
CASH_SOURCES = (OPENING, FISCAL_RECEIVED, CHARITY_RECEIVED)
CASH_BOOKS = frozenset((*CASH_SOURCES, BANK, PAID))
CREDIT_BOOKS = frozenset((*QUOTA_SOURCES, *CASH_SOURCES))  # their balance is credit minus debit


def same_plane(debit: str, credit: str) -> bool:
    """True when both books exist and are of one plane."""
    return {debit, credit} <= QUOTA_BOOKS or {debit, credit} <= CASH_BOOKS
