"""What the database itself forbids: nobody changes or deletes a ledger row, not even by hand."""

from __future__ import annotations

from app.kernel.guards import Guard, forbid

GUARDS: list[Guard] = [
    guard for table in ("fund_entry", "fund_line", "bank_result_line") for guard in forbid(table, "UPDATE", "DELETE")
]
