"""Step 5 as the desks do it: batch, review, approval, bank file, the bank's answer, closing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping

from app.demo.client import Desk, Refused
from app.demo.tallying import OFFICER
from app.demo.town import Town
from app.demo.visiting import CIVIL

REVIEWER, FINANCE = "fuhe", "caizheng"
Verdict = Callable[[Mapping[str, str]], tuple[str, str]]
RESULT_COLUMNS = ("批次号", "付款编号", "金额", "结果", "失败原因", "银行流水号", "时间")


def move_charity(town: Town, round_id: int, evidence: str, amount: str | None = None) -> str:
    """Civil affairs moves this (yuan), or all that charity still owes; the amount that was moved."""
    if amount is None:
        seen = town.desk(CIVIL).get(f"/tasks/{town.task(CIVIL, round_id, 't4_charity_transfer')['id']}")
        amount = str(seen["prefill"]["amount"])
    town.complete(CIVIL, round_id, "t4_charity_transfer", {"amount": amount, "evidence": evidence})
    return amount


def pay(town: Town, round_id: int, verdict: Verdict, when: str, *, hold_one: bool = False) -> dict[str, bytes]:
    """One batch through three hands to the bank and back; {file name: content}; empty when nothing is payable.

    With `hold_one` the bureau keeps the last payment of the batch back.
    """
    officer = town.desk(OFFICER)
    batch_id = _make_batch(officer, round_id)
    if batch_id is None:
        return {}
    if hold_one:
        last = officer.get_all(f"/payment-batches/{batch_id}/rows", limit=200)[-1]
        officer.post(f"/payments/{last['payment_id']}/hold", {"reason": "户口所在地来函待核"})
    town.desk(REVIEWER).post(f"/payment-batches/{batch_id}/review")
    town.desk(FINANCE).post(f"/payment-batches/{batch_id}/approve")
    officer.post(f"/payment-batches/{batch_id}/send")
    batch = officer.get(f"/payment-batches/{batch_id}")
    papers = {f"付款文件-{batch['no']}.{kind}": officer.download(f"/payment-batches/{batch_id}/file.{kind}")
              for kind in ("csv", "xlsx")}  # fmt: skip
    answer = bank_answer(papers[f"付款文件-{batch['no']}.csv"], batch["no"], verdict, when)
    officer.upload(f"/payment-batches/{batch_id}/results", f"回盘-{batch['no']}.csv", answer)
    rows = officer.get_all(f"/payment-batches/{batch_id}/rows", limit=200)
    papers[f"付款明细-{batch['no']}.json"] = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return {**papers, f"回盘-{batch['no']}.csv": answer}


def _make_batch(officer: Desk, round_id: int) -> int | None:
    try:
        made = officer.post(f"/rounds/{round_id}/payment-batches", {"purpose": "暖心无忧基金补助"})
    except Refused as refusal:
        if refusal.code == "nothing_to_pay":
            return None
        raise
    batch_id: int | None = made["batch_id"]
    return batch_id


def bank_answer(sent: bytes, batch_no: str, verdict: Verdict, when: str) -> bytes:
    """The bank's result file for a payment file: what `verdict` says of each line as (结果, 失败原因)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(RESULT_COLUMNS)
    for n, line in enumerate(payment_lines(sent), 1):
        result, reason = verdict(line)
        serial = f"YH{batch_no}{n:05d}" if result == "成功" else ""
        writer.writerow([batch_no, line["付款编号"], line["金额（元）"], result, reason, serial, when])
    return text.getvalue().encode("utf-8-sig")


def payment_lines(sent: bytes) -> Iterable[dict[str, str]]:
    """The lines of a payment file (CSV) by its own header."""
    rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
    head = next(i for i, row in enumerate(rows) if "付款编号" in row)
    for row in rows[head + 1 :]:
        if len(row) >= len(rows[head]) and row[0].strip().isdigit():
            yield dict(zip(rows[head], row, strict=False))


def all_paid(_line: Mapping[str, str]) -> tuple[str, str]:
    """A bank where nothing goes wrong."""
    return "成功", ""


def finish(town: Town, round_id: int) -> None:
    """The bureau sees that everybody has an outcome, and closes the round."""
    town.complete(OFFICER, round_id, "t5_payout", {"confirm": True})
    town.complete(OFFICER, round_id, "t6_close", {"confirm": True})
