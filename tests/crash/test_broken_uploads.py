"""Every upload route is sent files that are broken in many ways: refused with a reason, and nothing is changed."""

from __future__ import annotations

import io
import json

import pytest

from app.engine.jobs import run_due_jobs
from app.kernel.dates import system_clock
from tests.crash.county import fill_county
from tests.crash.fingerprints import IMPORT_NOTES, NOTES, changed, fingerprint
from tests.intake import test_broken_files as broken
from tests.intake.tables import to_csv, to_xlsx

pytestmark = pytest.mark.crash
TALLY_NOTES = NOTES | {"tally_upload", "stored_file", "file_holder"}  # a faulty workbook is kept, with its marks
WHOLE = {
    what: (content() if callable(content) else content, name)
    for what, (content, name, _) in {**broken.WHOLE_FILES, **broken.HEADERS_AND_ROWS}.items()
}
CELLS = {what: (content, name) for what, (content, name, _) in broken.CELLS.items()}
BANK = ["批次号", "付款编号", "金额", "结果", "失败原因", "银行流水号", "时间"]
NO_EVIDENCE = {
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "a Linux program": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a web page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "xml": b'<?xml version="1.0"?><x/>',
    "a gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\0" + b"\0" * 50,
    "a 7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 50,
    "a rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 50,
    "a Java class": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 50,
    "a database": b"SQLite format 3\0" + b"\0" * 84,
    "a shortcut": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 68,
    "nothing": b"",
    "only zeros": b"\0" * 500,
    "random bytes": bytes((n * 167 + 13) % 251 + 4 for n in range(600)),
}  # fmt: skip


def bank_lines(full):
    """(batch number, rows) as the bank would return them."""
    officer = full.ybj_officer
    batch = officer.get(f"/payment-batches/{full.batch}").json
    rows = officer.get(f"/payment-batches/{full.batch}/rows").json["items"]
    return [[batch["no"], row["reference"], row["amount"], "成功", "", f"L{n}", ""] for n, row in enumerate(rows)]


def bank_files(lines):
    """Answers of a bank that cannot be true or cannot be read; each is refused as a whole."""
    first = lines[0]

    def with_cell(place, value):
        return to_csv(BANK, *lines[1:], [*first[:place], value, *first[place + 1 :]])

    return {
        "no amount": with_cell(2, ""), "amount in words": with_cell(2, "壹万"), "a negative amount": with_cell(2, "-1"),
        "three places": with_cell(2, "1.234"), "an exponent": with_cell(2, "1E+5"), "infinite": with_cell(2, "inf"),
        "not a number": with_cell(2, "NaN"), "a huge amount": with_cell(2, "9" * 40), "no result": with_cell(3, ""),
        "an unknown result": with_cell(3, "也许"), "a time in words": with_cell(6, "昨天"),
        "no reference": with_cell(1, ""), "no batch": with_cell(0, ""), "a long serial": with_cell(5, "9" * 500),
        "a wrong total": to_csv(BANK, *lines, ["合计", "3笔", "0.01", "", "", "", ""]),
        "a wrong count": to_csv(BANK, *lines, ["合计", "7笔", "", "", "", "", ""]),
        "a count in words": to_csv(BANK, *lines, ["合计", "三笔", "", "", "", "", ""]),
        "an error value": to_xlsx(BANK, *lines, decorate=lambda _b, s: s.write_formula(1, 2, "=1/0", None, "#DIV/0!")),
        "no column of results": to_csv(BANK[:3], *[line[:3] for line in lines]),
    }  # fmt: skip


def send(person, path, content, name, **form):
    return person.post(path, data={"file": (io.BytesIO(content), name), **form}, content_type="multipart/form-data")


def refused(reply, what):
    """A reply that says why, in the one shape."""
    assert reply.status_code in (400, 413, 422), (what, reply.status_code, reply.text[:500])
    assert reply.mimetype == "application/problem+json", what
    assert reply.json["detail"], what
    return reply


@pytest.fixture
def full(product, database):
    return fill_county(database, product)


def test_broken_tables_change_no_tally(full, database):
    before = fingerprint(database, TALLY_NOTES)
    path = f"/tally-requests/{full.tally}/upload"
    for what, (content, name) in {**WHOLE, **CELLS}.items():
        refused(send(full.liaison_cszh, path, content, name), what)
    assert changed(before, fingerprint(database, TALLY_NOTES)) == []


def test_broken_tables_move_no_payment(full, database):
    before = fingerprint(database)
    path = f"/payment-batches/{full.batch}/results"
    for what, (content, name) in WHOLE.items():
        refused(send(full.ybj_officer, path, content, name), what)
    for what, content in bank_files(bank_lines(full)).items():
        refused(send(full.ybj_officer, path, content, "回盘.xlsx" if content.startswith(b"PK") else "回盘.csv"), what)
    assert changed(before, fingerprint(database)) == []


def test_broken_tables_are_imported_not_at_all(full, database, product):
    before = fingerprint(database, IMPORT_NOTES)
    kinds = {
        "people": (full.civil_affairs_officer, {**WHOLE, **CELLS}, {}),
        "settlements": (full.ybj_officer, WHOLE, {"scheme": "shengzhou"}),
        "bank_results": (full.ybj_officer, WHOLE, {"batch_id": full.batch}),
    }
    runs = {}
    for kind, (person, files, params) in kinds.items():
        for what, (content, name) in files.items():
            reply = send(person, "/imports", content, name, kind=kind, params=json.dumps(params))
            if reply.status_code == 202:
                runs[reply.json["id"]] = (person, kind, what)
            else:
                refused(reply, what)
    assert len(runs) > 80
    run_due_jobs(database, product.extensions["nuanxin_engine"], system_clock)
    for run_id, (person, *what) in runs.items():
        run = person.get(f"/imports/{run_id}").json
        assert (run["state"], run["rows_done"]) == ("failed", 0), (what, run)
        assert person.get(f"/imports/{run_id}/errors").json["items"], what
    assert changed(before, fingerprint(database, IMPORT_NOTES)) == []


def test_what_is_no_evidence_is_not_kept(full, database):
    before = fingerprint(database)
    for what, content in NO_EVIDENCE.items():
        for name in ("照片.png", "a.csv", "x" * 300 + ".pdf", "../../etc/passwd", "a\x00b.png"):
            refused(send(full.grid_worker_1, "/files", content, name), (what, name))
    assert changed(before, fingerprint(database)) == []


def test_a_broken_table_kept_as_evidence_is_only_kept(full, database):
    leave_out = NOTES | {"stored_file", "file_holder"}
    before = fingerprint(database, leave_out)
    for what, (content, name) in WHOLE.items():
        reply = send(full.grid_worker_1, "/files", content, name)
        if reply.status_code == 201:
            assert full.grid_worker_1.get(f"/files/{reply.json['hash']}").data == content, what
            assert reply.json["media_type"] not in ("text/html", "image/svg+xml"), what
        else:
            refused(reply, what)
    assert changed(before, fingerprint(database, leave_out)) == []
