"""Photos in parts: announce, send from where the server stopped, keep the receipt."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import fields, validate

from app.kernel.errors import TooLarge
from app.mobile.handing_out import VISITORS
from app.mobile.models import Upload
from app.mobile.uploads import KINDS, LARGEST_PART, Announced, add_part, announce_upload, get_upload
from app.web import current
from app.web.fields import Choice, Id, Instant, Schema
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

uploads = Blueprint("uploads", __name__, url_prefix="/mobile/uploads", description="Photos in parts")


class AnnounceSchema(Schema):
    """What will be sent; `task_id` is the visit it belongs to."""

    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))
    kind = Choice(*KINDS, required=True)
    task_id = Id(load_default=None, allow_none=True)


class UploadSchema(Schema):
    """`received` bytes are here, the next part begins there; with state done, `received_at` makes it a receipt."""

    id = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    kind = fields.String(required=True)
    received = fields.Integer(required=True)
    state = fields.String(required=True)
    file_id = fields.Integer(required=True, allow_none=True)
    received_at = Instant(required=True, allow_none=True)


def _show(ref: str | None) -> Upload:
    with current.reading() as session:
        return get_upload(session, current.actor(), int(str(ref)))


@uploads.route("", methods=["POST"])
@uploads.arguments(AnnounceSchema)
@uploads.response(200, UploadSchema)
@allow(*VISITORS)
@replayable(_show)
def post_upload(body: dict[str, Any]) -> Upload:
    """Announce a file by its hash; one that came before has its receipt at once."""
    with current.writing() as session:
        return announce_upload(session, current.actor(), current.clock(), Announced(**body))


@uploads.route("/<int:upload_id>", methods=["GET"])
@uploads.response(200, UploadSchema)
@allow(*VISITORS)
def get_one(upload_id: int) -> Upload:
    """How far it is."""
    return _show(str(upload_id))


@uploads.route("/<int:upload_id>/parts/<int:offset>", methods=["PUT"])
@uploads.response(200, UploadSchema)
@allow(*VISITORS)
def put_part(upload_id: int, offset: int) -> Upload:
    """The bytes from `offset` on, at most 1 MB, as the body; a part that is here already changes nothing."""
    if (request.content_length or 0) > LARGEST_PART:
        raise TooLarge("每段不能超过1MB", code="part_too_large")
    with current.writing() as session:
        return add_part(session, current.actor(), current.clock(), upload_id, offset, request.get_data())
