"""From help with the application to what civil affairs recognises.

『对符合因病致贫、低保及低边条件的，应及时帮助办理申请，民政局应及时予以认定』[S0 二（一）2].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.access import audit
from app.alerts.alerts import alert_of
from app.alerts.evidence import file_faults
from app.alerts.measures import add_measures
from app.engine.operators import Call
from app.kernel.dates import local_date
from app.kernel.errors import Fault, Invalid
from app.registry.categories import SpanDraft, record_recognition


def record_application(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The papers are asked for once; who will not apply gets a reasoned end."""
    alert, applied = alert_of(call), form["applied"] == "yes"
    faults = file_faults(call.session, form.get("files", []), "/files")
    if applied and not form.get("documents"):
        faults.append(Fault("/documents", "documents_missing", "请勾选已收齐的材料"))
    if applied and not form.get("category"):
        faults.append(Fault("/category", "category_missing", "请选择申请类别"))
    if not applied and not form.get("note"):
        faults.append(Fault("/note", "note_missing", "本人不申请的，请写明情况"))
    if faults:
        raise Invalid(faults)
    if applied:
        alert.category, alert.applied_at, alert.state = form["category"], call.clock(), "recognising"
    else:
        alert.reason, alert.state = form["note"], "judging"
    detail = {"applied": applied, "documents": list(form.get("documents", [])), "files": list(form.get("files", []))}
    audit.record(call.session, call.actor, call.clock, "alert_application", subject=call.subject, detail=detail)
    return {"applied": applied, "send_back_to": ""}


def record_recognition_result(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Civil affairs recognises or refuses; the category is written into the registry in the same transaction."""
    alert = alert_of(call)
    faults = _faults(call, form)
    if faults:
        raise Invalid(faults)
    if form["result"] == "recognised":
        day = date.fromisoformat(form["recognised_on"])
        draft = SpanDraft(form["category"], day, None, day, f"政策找人 {alert.id} 号")
        record_recognition(call.session, call.actor, call.clock, alert.person_id, draft)
        alert.category, alert.recognised_at, alert.reason = form["category"], call.clock(), None
    else:
        alert.category, alert.reason = None, form["reason"]
    add_measures(call, alert, form.get("measures", []))
    alert.state = "helping"
    return {"send_back_to": ""}


def _faults(call: Call, form: Mapping[str, Any]) -> list[Fault]:
    if form["result"] == "refused":
        return [] if form.get("reason") else [Fault("/reason", "reason_missing", "不予认定的，请写明理由")]
    faults = []
    if not form.get("category"):
        faults.append(Fault("/category", "category_missing", "请选择认定类别"))
    if not form.get("recognised_on"):
        faults.append(Fault("/recognised_on", "date_missing", "请填写认定日期"))
    elif date.fromisoformat(form["recognised_on"]) > local_date(call.clock()):
        faults.append(Fault("/recognised_on", "in_future", "认定日期晚于今天"))
    return faults
