"""Explanations over HTTP: as JSON, and as a page that prints."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response

from app.proof.api.schemas import ExplanationOut
from app.proof.explanation.page import print_page
from app.proof.explanation.telling import explain_case
from app.web import current
from app.web.routes import Blueprint, allow_any
from app.web.security import security_policy

explanations = Blueprint("explanations", __name__, url_prefix="/cases/<int:case_id>", description="金额说明")


@explanations.route("/explanation", methods=["GET"])
@allow_any
@explanations.response(200, ExplanationOut)
def get_explanation(case_id: int) -> dict[str, Any]:
    """Every amount of a case from bills to bank line, in sentences and in figures."""
    with current.writing() as session:
        return explain_case(session, current.actor(), current.clock(), case_id, "json")


@explanations.route("/explanation.html", methods=["GET"])
@allow_any
def get_explanation_page(case_id: int) -> Response:
    """The same as one A4 page to print."""
    with current.writing() as session:
        told = explain_case(session, current.actor(), current.clock(), case_id, "page")
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": security_policy(nonce), "Cache-Control": "no-store"}
    return Response(print_page(told, nonce), headers=headers, content_type="text/html; charset=utf-8")
