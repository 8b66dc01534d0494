"""What member units fill in, over HTTP: by row, by template, by any workbook, or explicitly nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest

from app.kernel.errors import Fault, Invalid
from app.rounds.api.schemas import SHEET_PAGE, ReasonIn, SheetRowOut, SheetRowsIn, TallyRequestOut, UploadOut
from app.rounds.models import TallyRequest
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.scope import COUNTY_ROLES
from app.rounds.tallies.filing import declare_nothing
from app.rounds.tallies.requests import (
    WAITING,
    get_request,
    remind_request,
    reopen_request,
    waive_request,
)
from app.rounds.tallies.rows import Change, list_rows, patch_rows
from app.rounds.tallies.template import write_template
from app.rounds.tallies.uploads import accept_upload, get_marked_workbook, get_upload, upload_workbook
from app.web import current
from app.web.bodies import read_json
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import XLSX, send_bytes
from app.web.fields import Pagination
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

tallies = Blueprint("tallies", __name__, url_prefix="/tally-requests", description="成员单位填报")
READERS = (*COUNTY_ROLES, "department_liaison")


def show_request(request_id: int) -> TallyRequest:
    """A request as this caller may see it."""
    with current.reading() as session:
        return get_request(session, current.actor(), request_id)


def render_request(_ref: str | None, request_id: int, **_: Any) -> TallyRequest:
    """The request that a repeated call has changed."""
    return show_request(request_id)


@tallies.route("/<int:request_id>", methods=["GET"])
@allow(*READERS)
@tallies.response(200, TallyRequestOut)
def get_tally_request(request_id: int) -> TallyRequest:
    """One unit's tally."""
    return show_request(request_id)


def _payer_headings(request_id: int) -> list[Heading]:
    with current.reading() as session:
        tally = get_request(session, current.actor(), request_id)
        scheme = scheme_of(session, tally.round_id)
    return [Heading(payer_name(scheme, payer), f"amounts.{payer}", "money") for payer in tally.payers]


@tallies.route("/<int:request_id>/rows", methods=["GET"])
@allow(*READERS)
@tallies.arguments(Pagination, location="query")
@tallies.response(200, SHEET_PAGE)
@exported(
    SheetRowOut, "填报明细",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("身份证号", "id_masked", width=22),
    Heading("乡镇（街道）", "township", width=18),
    Heading("备注", "note", width=30),
    more=_payer_headings,
)  # fmt: skip
def get_rows(query: dict[str, Any], request_id: int) -> Any:
    """The people asked about and the unit's own amounts; the ETag is the version of the tally."""
    after = decode_cursor(query["cursor"], str)[0] if query["cursor"] else None
    with current.reading() as session:
        rows = list_rows(session, current.actor(), request_id, after, query["limit"] + 1)
        version = get_request(session, current.actor(), request_id).version
    page = cut_page(rows, query["limit"], lambda row: [row.case_no])
    return page, 200, {"ETag": f'"{version}"'}


@tallies.route("/<int:request_id>/rows", methods=["PATCH"])
@allow("department_liaison")
@tallies.arguments(SheetRowsIn)
@tallies.response(200, TallyRequestOut)
def patch_tally_rows(body: dict[str, Any], request_id: int) -> Any:
    """Fill in amounts; with any fault, all are listed and nothing is written."""
    changes = [
        Change(row["case_id"], payer, amount, f"/rows/{n}/amounts/{payer}", row["note"])
        for n, row in enumerate(body["rows"])
        for payer, amount in row["amounts"].items()
    ]
    with current.writing() as session:
        tally = patch_rows(session, current.actor(), current.clock(), request_id, changes, _version(body))
        return tally, 200, {"ETag": f'"{tally.version}"'}


@tallies.route("/<int:request_id>/template.xlsx", methods=["GET"])
@allow("department_liaison")
@tallies.response(200)
def get_template(request_id: int) -> Response:
    """The template: names locked, own columns open, full ID numbers; the download is audited."""
    with current.writing() as session:
        template = write_template(session, current.actor(), current.clock(), request_id)
    return send_bytes(template.content, template.filename, XLSX)


def render_upload(ref: str | None, request_id: int, **_: Any) -> Any:
    """The preview, or every fault with the place of the marked workbook."""
    with current.reading() as session:
        upload = get_upload(session, current.actor(), request_id, int(str(ref).removeprefix("tally_upload:")))
    if upload.state != "faulty":
        return upload
    faults = [Fault(f["where"], f["code"], f["message"], f["detail"]) for f in upload.faults]
    marked = f"/api/v1/tally-requests/{request_id}/uploads/{upload.id}/marked.xlsx"
    raise Invalid(faults, upload_id=upload.id, marked=marked if upload.marked_file_id else None)


@tallies.route("/<int:request_id>/upload", methods=["POST"])
@allow("department_liaison")
@tallies.response(201, UploadOut)
@replayable(render_upload)
def post_upload(request_id: int) -> None:
    """The template or any workbook with an ID and an amount column: compared first, written when accepted."""
    file = request.files.get("file")
    if file is None:
        raise BadRequest("请以 multipart/form-data 上传，文件字段名为 file")
    mapping = read_json(request.form["mapping"]) if request.form.get("mapping") else None
    with current.writing() as session:
        upload_workbook(
            session, current.actor(), current.clock(), request_id, file.read(), file.filename or "", mapping
        )


@tallies.route("/<int:request_id>/uploads/<int:upload_id>", methods=["GET"])
@allow(*READERS)
@tallies.response(200, UploadOut)
def get_one_upload(request_id: int, upload_id: int) -> Any:
    """What an upload would change."""
    with current.reading() as session:
        return get_upload(session, current.actor(), request_id, upload_id)


@tallies.route("/<int:request_id>/uploads/<int:upload_id>/marked.xlsx", methods=["GET"])
@allow("department_liaison")
@tallies.response(200)
def get_marked(request_id: int, upload_id: int) -> Response:
    """The uploaded workbook, its faulty cells red and explained."""
    with current.writing() as session:
        content = get_marked_workbook(session, current.actor(), current.clock(), request_id, upload_id)
    return send_bytes(content, "填报表-已标错.xlsx", XLSX)


@tallies.route("/<int:request_id>/uploads/<int:upload_id>/accept", methods=["POST"])
@allow("department_liaison")
@tallies.response(200, TallyRequestOut)
@replayable(render_request)
def post_accept(request_id: int, upload_id: int) -> None:
    """Accept what the preview showed."""
    with current.writing() as session:
        accept_upload(session, current.actor(), current.clock(), request_id, upload_id)


@tallies.route("/<int:request_id>/nil", methods=["POST"])
@allow("department_liaison")
@tallies.response(200, TallyRequestOut)
@replayable(render_request)
def post_nil(request_id: int) -> None:
    """Nothing to report."""
    with current.writing() as session:
        declare_nothing(session, current.actor(), current.clock(), request_id)


@tallies.route("/<int:request_id>/waive", methods=["POST"])
@allow("ybj_officer")
@tallies.arguments(ReasonIn)
@tallies.response(200, TallyRequestOut)
@replayable(render_request)
def post_waive(body: dict[str, Any], request_id: int) -> None:
    """Go on without this unit: 未反馈, which is not zero."""
    with current.writing() as session:
        waive_request(session, current.actor(), current.clock(), request_id, body["reason"])


@tallies.route("/<int:request_id>/remind", methods=["POST"])
@allow(*WAITING)
@tallies.response(200, TallyRequestOut)
@replayable(render_request)
def post_remind(request_id: int) -> None:
    """Remind the unit of its open tally, at most once an hour."""
    with current.writing() as session:
        remind_request(session, current.actor(), current.clock(), request_id)


@tallies.route("/<int:request_id>/reopen", methods=["POST"])
@allow("ybj_officer")
@tallies.arguments(ReasonIn)
@tallies.response(200, TallyRequestOut)
@replayable(render_request)
def post_reopen(body: dict[str, Any], request_id: int) -> None:
    """Ask the unit to look again."""
    with current.writing() as session:
        reopen_request(session, current.actor(), current.clock(), request_id, body["reason"])


def _version(body: dict[str, Any]) -> int:
    sent = current.if_match() or body["version"]
    if sent is None or not str(sent).isdigit():
        message = "请以 If-Match 或 version 注明所见的版本"
        raise Invalid([Fault("/version", "version_missing", message)])
    return int(sent)
