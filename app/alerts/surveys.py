"""What a grid worker finds in the household: kept encrypted as one, and held against the criteria.

『主动上门调查收入、家庭条件等情况』[S0 二（一）2].
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts.alerts import alert_of
from app.alerts.evidence import file_faults
from app.alerts.models import HouseholdSurvey
from app.engine.decisions import evaluate
from app.engine.operators import Call
from app.kernel.db import cipher_of
from app.kernel.errors import Fault, Invalid
from app.kernel.money import parse_yuan

TIMES_NOT_HOME = 3  # after the third the case is judged without a survey
NEEDED = ("members", "income", "housing", "assets")
_OUTSIDE = ("result", "visited_at", "photos", "consent")
_WORDS = {"members": "家庭成员人数", "income": "家庭年收入", "housing": "住房", "assets": "家庭财产"}


def record_survey(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The visit is kept; a door that stayed shut is tried again, at most three times."""
    alert, session = alert_of(call), call.session
    _check(call, form)
    attempt = 1 + (session.scalar(select(func.max(HouseholdSurvey.attempt)).where(_of(alert.id))) or 0)
    answers = {name: value for name, value in form.items() if name not in _OUTSIDE}
    session.add(HouseholdSurvey(
        alert_id=alert.id, attempt=attempt, result=form["result"],
        visited_at=datetime.fromisoformat(form["visited_at"]), recorded_at=call.clock(),
        visited_by=call.actor.user_id, consent=bool(form.get("consent")), photos=list(form.get("photos", [])),
        answers_enc=cipher_of(session).encrypt(json.dumps(answers, ensure_ascii=False)),
    ))  # fmt: skip
    session.flush()
    if form["result"] == "not_home" and _times_not_home(session, alert.id) < TIMES_NOT_HOME:
        return {"visit_next": "again"}
    alert.visited_at = call.clock()
    return {"visit_next": ""}


def judge(call: Call, decision: str) -> dict[str, Any]:
    """Whether to help to apply, and for which category; civil affairs decides what it is in the end."""
    alert = alert_of(call)
    survey = last_survey(call.session, alert.id)
    told = read_answers(call.session, survey) if survey and survey.result == "surveyed" else {}
    inputs = {
        "income": parse_yuan(told["income"]) if told else None, "members": told.get("members"),
        "assets": told.get("assets"), "self_paid": alert.self_paid,
    }  # fmt: skip
    result: dict[str, Any] = evaluate(call.session, call.definition_id, decision, inputs).value
    alert.category, alert.reason = result["category"] or None, result["reason"]
    alert.state = "applying" if result["meets"] else "judging"
    return {"meets": bool(result["meets"])}


def last_survey(session: Session, alert_id: int) -> HouseholdSurvey | None:
    """The newest visit."""
    query = select(HouseholdSurvey).where(_of(alert_id)).order_by(HouseholdSurvey.attempt.desc()).limit(1)
    return session.scalar(query)


def read_answers(session: Session, survey: HouseholdSurvey) -> dict[str, Any]:
    """What the household said, in clear: only for who may read it."""
    answers: dict[str, Any] = json.loads(cipher_of(session).decrypt(survey.answers_enc))
    return answers


def _of(alert_id: int) -> Any:
    return HouseholdSurvey.alert_id == alert_id


def _times_not_home(session: Session, alert_id: int) -> int:
    shut = select(func.count()).select_from(HouseholdSurvey).where(_of(alert_id), HouseholdSurvey.result == "not_home")
    return session.scalar(shut) or 0


def _check(call: Call, form: Mapping[str, Any]) -> None:
    """Raises Invalid with all faults: a survey needs consent and its figures, photos must be one's own."""
    faults = []
    if form["result"] == "surveyed":
        faults += [Fault(f"/{n}", "answer_missing", f"请填写{_WORDS[n]}") for n in NEEDED if n not in form]
        if not form.get("consent"):
            faults.append(Fault("/consent", "consent_missing", "须征得同意；不同意的请选“不愿接受调查”"))
    if datetime.fromisoformat(form["visited_at"]).tzinfo is None:
        faults.append(Fault("/visited_at", "zone_missing", "上门时间须带时区"))
    elif datetime.fromisoformat(form["visited_at"]) > call.clock():
        faults.append(Fault("/visited_at", "in_future", "上门时间晚于现在"))
    faults += file_faults(call.session, form.get("photos", []), "/photos")
    if faults:
        raise Invalid(faults)
