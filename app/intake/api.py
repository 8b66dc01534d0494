"""Files and imports over HTTP: hand in, watch the progress, read every faulty cell."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from app.intake import files as stored_files
from app.intake import imports as runs
from app.intake.reports import write_fault_report
from app.web import current
from app.web.bodies import read_json
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import XLSX, send_bytes
from app.web.fields import Instant, Pagination, Schema, page_of
from app.web.idempotency import replayable
from app.web.progress import ProgressSchema, tell_progress
from app.web.routes import Blueprint, allow, allow_any
from app.web.tables import Heading, exported

files = Blueprint("files", __name__, url_prefix="/files", description="Evidence by content hash")
imports = Blueprint("imports", __name__, url_prefix="/imports", description="Tables taken over whole or not")
BLUEPRINTS = [files, imports]
STATES = {"queued": "排队", "running": "进行中", "done": "完成", "failed": "未导入"}
SEVERITIES = {"fault": "错误", "warning": "提醒"}
IMPORTERS = ("civil_affairs_officer", "ybj_officer", "fund_manager", "finance_officer")


class FileSchema(Schema):
    """A stored file: `hash` is the SHA-256 of its content, the receipt a phone waits for."""

    id = fields.Integer(required=True)
    hash = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)
    name = fields.String(required=True)
    at = Instant(required=True)


class ImportSchema(Schema):
    """A run: queued, running, done or failed; `result` depends on the kind."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    file_name = fields.String(required=True)
    state = fields.String(required=True)
    rows_total = fields.Integer(required=True)
    rows_done = fields.Integer(required=True)
    rows_bad = fields.Integer(required=True)
    faults_total = fields.Integer(required=True)
    params = fields.Dict(required=True)
    result = fields.Dict(required=True, allow_none=True)
    created_at = Instant(required=True)
    changed_at = Instant(required=True)


class ImportProgressSchema(ImportSchema):
    """One run with how far it is; rows are counted while they are checked, storing them is one step at the end."""

    progress = fields.Nested(ProgressSchema, required=True)


class ImportFaultSchema(Schema):
    """A cell that was wrong (`fault`: nothing was stored), or a row worth a look (`warning`)."""

    id = fields.Integer(required=True)
    severity = fields.String(required=True)
    sheet = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True)
    column = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


def render_file(ref: str | None, **_: Any) -> Any:
    """The file that was kept."""
    with current.reading() as session:
        return stored_files.get_file(session, int(str(ref)))


@files.route("", methods=["POST"])
@files.response(201, FileSchema)
@allow_any
@replayable(render_file)
def post_file() -> None:
    """Keep a file (multipart, field `file`): an image, PDF, docx, xlsx, csv or zip."""
    file = _uploaded()
    with current.writing() as session:
        stored_files.upload_file(session, current.actor(), current.clock(), file.read(), file.filename or "file")


@files.route("/<string:digest>", methods=["GET"])
@files.response(200)
@allow_any
def get_file(digest: str) -> Response:
    """The content, as a download."""
    with current.writing() as session:
        stored, content = stored_files.open_file(session, current.actor(), current.clock(), digest)
    return send_bytes(content, stored.name, stored.media_type, etag=stored.hash)


def render_import(ref: str | None, **_: Any) -> Any:
    """The run as it stands now."""
    with current.reading() as session:
        return runs.get_import(session, current.actor(), int(str(ref)))


@imports.route("", methods=["POST"])
@imports.response(202, ImportSchema)
@allow(*IMPORTERS)
@replayable(render_import)
def post_import() -> None:
    """Queue an import (multipart: `file`, `kind`, `params` as JSON); GET /imports/{id} tells its progress."""
    file = _uploaded()
    params = read_json(request.form["params"]) if request.form.get("params") else {}
    if not isinstance(params, dict):
        raise BadRequest("params 应为 JSON 对象")
    kind, name = request.form.get("kind", ""), file.filename or "file"
    with current.writing() as session:
        runs.start_import(session, current.actor(), current.clock(), kind, file.read(), name, params)


@imports.route("", methods=["GET"])
@imports.arguments(Pagination, location="query")
@imports.response(200, page_of(ImportSchema))
@allow(*IMPORTERS, "auditor")
@exported(
    ImportSchema, "导入",
    Heading("编号", "id", "int"),
    Heading("类别", "kind"),
    Heading("文件", "file_name", width=36),
    Heading("状态", "state", words=STATES),
    Heading("总行数", "rows_total", "int", width=10),
    Heading("已处理", "rows_done", "int", width=10),
    Heading("有误行", "rows_bad", "int", width=10),
    Heading("开始", "created_at", "instant", width=17),
    Heading("最近变动", "changed_at", "instant", width=17),
)  # fmt: skip
def get_imports(query: dict[str, Any]) -> Any:
    """Runs, the newest first."""
    before = int(decode_cursor(query["cursor"], int)[0]) if query["cursor"] else None
    with current.reading() as session:
        found = runs.list_imports(session, current.actor(), query["limit"] + 1, before)
    return cut_page(found, query["limit"], lambda run: [run.id])


@imports.route("/<int:import_id>", methods=["GET"])
@imports.response(200, ImportProgressSchema)
@allow(*IMPORTERS, "auditor")
def get_import(import_id: int) -> Any:
    """How far a run is, or how it ended."""
    run = render_import(str(import_id))
    now, over = current.clock()(), run.state in ("done", "failed")
    progress = tell_progress(run.created_at, now, run.rows_done, run.rows_total, over=over)
    return {**{name: getattr(run, name) for name in ImportSchema().fields}, "progress": progress}


@imports.route("/<int:import_id>/errors", methods=["GET"])
@imports.arguments(Pagination, location="query")
@imports.response(200, page_of(ImportFaultSchema))
@allow(*IMPORTERS, "auditor")
@exported(
    ImportFaultSchema, "导入错误",
    Heading("性质", "severity", words=SEVERITIES),
    Heading("工作表", "sheet"),
    Heading("行", "row", "int"),
    Heading("列", "column"),
    Heading("原因", "message", width=80),
)  # fmt: skip
def get_errors(query: dict[str, Any], import_id: int) -> Any:
    """Every wrong cell with sheet, row, column and reason."""
    after = int(decode_cursor(query["cursor"], int)[0]) if query["cursor"] else 0
    with current.reading() as session:
        runs.get_import(session, current.actor(), import_id)
        found = runs.list_import_faults(session, import_id, query["limit"] + 1, after)
    return cut_page(found, query["limit"], lambda fault: [fault.id])


@imports.route("/<int:import_id>/errors.xlsx", methods=["GET"])
@imports.response(200)
@allow(*IMPORTERS, "auditor")
def get_error_workbook(import_id: int) -> Response:
    """The same as a workbook, to work through."""
    with current.reading() as session:
        run = runs.get_import(session, current.actor(), import_id)
        content = write_fault_report(session, run)
    return send_bytes(content, f"导入错误清单-{import_id}.xlsx", XLSX)


def _uploaded() -> FileStorage:
    file = request.files.get("file")
    if file is None:
        raise BadRequest("请以 multipart/form-data 上传，文件字段名为 file")
    return file
