"""Resolutions: written, stamped, sealed."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.meetings.api.schemas import MinutesIn, MinutesOut, ResolutionIn, ResolutionOut
from app.meetings.decisions import share_again
from app.meetings.minutes import attach_minutes, draft_minutes
from app.meetings.models import Resolution, Standard
from app.meetings.papers import write_minutes
from app.meetings.reading import get_round_in_scope
from app.meetings.resolutions import get_resolution, list_resolutions, write_resolution
from app.meetings.sealing import seal_resolution
from app.meetings.standards import terms_of
from app.meetings.terms import print_terms, say_terms
from app.rounds.scope import COUNTY_ROLES
from app.web import current
from app.web.downloads import DOCX, send_bytes
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

resolutions = Blueprint("resolutions", __name__, url_prefix="", description="决议")


def show_resolution(resolution_id: int) -> dict[str, Any]:
    """One resolution with its standard in words."""
    with current.reading() as session:
        return describe(session, _get(session, resolution_id))


def render_resolution(ref: str | None, **_: Any) -> dict[str, Any]:
    """The resolution that a request has written, stamped or sealed."""
    return show_resolution(int(str(ref).removeprefix("resolution:")))


def describe(session: Session, resolution: Resolution) -> dict[str, Any]:
    """The columns of a resolution, with the standard's terms and words."""
    terms = terms_of(session.get_one(Standard, resolution.standard_id))
    known = {name: getattr(resolution, name) for name in ResolutionOut().fields if name != "standard"}
    return known | {"standard": {**print_terms(terms), "words": say_terms(terms)}}


@resolutions.route("/rounds/<int:round_id>/resolutions", methods=["GET"])
@allow(*COUNTY_ROLES)
@resolutions.response(200, ResolutionOut(many=True))
def get_resolutions(round_id: int) -> list[dict[str, Any]]:
    """The round's resolutions in order."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return [describe(session, resolution) for resolution in list_resolutions(session, round_id)]


@resolutions.route("/rounds/<int:round_id>/resolutions", methods=["POST"])
@allow("meeting_secretary")
@resolutions.arguments(ResolutionIn)
@resolutions.response(201, ResolutionOut)
@replayable(render_resolution)
def post_resolution(body: dict[str, Any], round_id: int) -> None:
    """Write the round's open resolution, or begin it; every amount is computed again."""
    with current.writing() as session:
        get_round_in_scope(session, current.actor(), round_id)
        write_resolution(session, current.actor(), current.clock(), round_id, body)


@resolutions.route("/resolutions/<int:resolution_id>", methods=["GET"])
@allow(*COUNTY_ROLES)
@resolutions.response(200, ResolutionOut)
def get_one_resolution(resolution_id: int) -> dict[str, Any]:
    """One resolution."""
    return show_resolution(resolution_id)


@resolutions.route("/rounds/<int:round_id>/share-again", methods=["POST"])
@allow("meeting_secretary")
@resolutions.response(200, ResolutionOut)
@replayable(render_resolution)
def post_share_again(round_id: int) -> None:
    """After rows were lowered, deferred or rejected: share the money they free by the rule again."""
    with current.writing() as session:
        get_round_in_scope(session, current.actor(), round_id)
        share_again(session, current.actor(), current.clock(), round_id)


@resolutions.route("/resolutions/<int:resolution_id>/minutes", methods=["GET"])
@allow(*COUNTY_ROLES)
@resolutions.response(200, MinutesOut)
def get_minutes(resolution_id: int) -> dict[str, Any]:
    """The minutes as text, from what has been written and decided so far."""
    with current.reading() as session:
        _get(session, resolution_id)
        return {"text": draft_minutes(session, resolution_id)}


@resolutions.route("/resolutions/<int:resolution_id>/minutes.docx", methods=["GET"])
@allow(*COUNTY_ROLES)
@resolutions.response(200)
def get_minutes_document(resolution_id: int) -> Response:
    """The same as a Word document to be corrected, printed, signed and stamped; the download is audited."""
    with current.writing() as session:
        paper = write_minutes(session, current.actor(), current.clock(), _get(session, resolution_id))
    return send_bytes(paper.content, paper.filename, DOCX)


@resolutions.route("/resolutions/<int:resolution_id>/minutes", methods=["POST"])
@allow("meeting_secretary")
@resolutions.arguments(MinutesIn)
@resolutions.response(200, ResolutionOut)
@replayable(render_resolution)
def post_minutes(body: dict[str, Any], resolution_id: int) -> None:
    """Attach the stamped minutes; any later change of the resolution takes them off."""
    with current.writing() as session:
        _get(session, resolution_id)
        attach_minutes(session, current.actor(), current.clock(), resolution_id, body["file_id"])


@resolutions.route("/resolutions/<int:resolution_id>/seal", methods=["POST"])
@allow("meeting_secretary")
@resolutions.response(200, ResolutionOut)
@replayable(render_resolution)
def post_seal(resolution_id: int) -> None:
    """Seal it for ever: the money is reserved, the final list is frozen; a correction is another resolution."""
    with current.writing() as session:
        _get(session, resolution_id)
        seal_resolution(session, current.actor(), current.clock(), resolution_id)


def _get(session: Session, resolution_id: int) -> Resolution:
    resolution = get_resolution(session, resolution_id)
    get_round_in_scope(session, current.actor(), resolution.round_id)
    return resolution
