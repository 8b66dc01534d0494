"""The engine's own background work, written out: nothing is found by scanning."""

from __future__ import annotations

from app.engine.bulk import ASSIGN, CLAIM, COMPLETE, assign_item, claim_item, complete_item, run_bulk
from app.engine.engine import BulkHandler, JobHandler
from app.engine.incidents import retry_step
from app.engine.messages import deliver_batch
from app.engine.reminders import sweep_due
from app.engine.timers import fire_timer

JOB_HANDLERS: dict[str, JobHandler] = {
    "engine.deliver": deliver_batch,
    "engine.fire_timer": fire_timer,
    "engine.retry_step": retry_step,
    "engine.run_bulk": run_bulk,
    "engine.sweep_due": sweep_due,
}
BULK_HANDLERS: dict[str, BulkHandler] = {COMPLETE: complete_item, CLAIM: claim_item, ASSIGN: assign_item}
PERIODIC: dict[str, int] = {"engine.sweep_due": 60}  # seconds
