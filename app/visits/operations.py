"""The Python behind the diagrams of step 3; runs inside the engine's transaction and never commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.engine.bulk import Together
from app.visits.checking import accept_paper_cost, check_visit, finish_case, resolve_identity, settle_differences
from app.visits.merging import merge, prefill_merge
from app.visits.prefill import prefill_bureau_check, prefill_check, prefill_paper_cost, prefill_visit
from app.visits.recording import record_visit
from app.visits.starting import BULK_KIND, dispatch, prefill_dispatch, start_case, start_cases, start_several

OPERATORS: dict[str, Callable[..., Any]] = {
    "visits.prefill_dispatch": prefill_dispatch,
    "visits.dispatch": dispatch,
    "visits.start_cases": start_cases,
    "visits.prefill_visit": prefill_visit,
    "visits.record_visit": record_visit,
    "visits.prefill_check": prefill_check,
    "visits.check_visit": check_visit,
    "visits.prefill_bureau_check": prefill_bureau_check,
    "visits.settle_differences": settle_differences,
    "visits.prefill_identity": prefill_check,
    "visits.resolve_identity": resolve_identity,
    "visits.prefill_paper_cost": prefill_paper_cost,
    "visits.accept_paper_cost": accept_paper_cost,
    "visits.finish_case": finish_case,
    "visits.prefill_merge": prefill_merge,
    "visits.merge": merge,
}
BULK_HANDLERS: dict[str, Callable[..., Any]] = {BULK_KIND: Together(start_case, start_several)}
