"""The visit on one sheet of A4, for those who write by hand: what is known, what is asked, a QR code to come back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import segno
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.views import get_task
from app.kernel.actors import Actor
from app.kernel.dates import SHANGHAI, Clock
from app.kernel.errors import NotFound
from app.kernel.money import parse_yuan, show_yuan
from app.mobile.handing_out import hand_out_visits

STYLE = """
@page { size: A4; margin: 10mm 14mm }
body { font: 10.5pt/1.4 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif }
body { color: #000; margin: 0 }
header { display: flex; justify-content: space-between; align-items: flex-start; border-bottom: 2pt solid #000 }
h1 { font-size: 17pt; margin: 0 0 2mm } p { margin: 1mm 0 } h2 { font-size: 11.5pt; margin: 3mm 0 1mm }
table { border-collapse: collapse; width: 100% }
th, td { border: .5pt solid #000; padding: .8mm 2mm; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums }
td.blank { width: 46mm } .box { display: inline-block; margin-right: 4mm }
.sign { display: flex; gap: 10mm; margin-top: 8mm } .sign span { flex: 1; border-bottom: .5pt solid #000; height: 12mm }
.qr { text-align: center; font-size: 8pt } body > main { max-width: 182mm; margin: 0 auto; padding: 4mm }
"""
_RESULTS = ("属实", "金额有出入", "上门未遇", "联系不上", "已迁出", "已去世", "不符合条件", "身份存疑")


def print_paper(session: Session, actor: Actor, clock: Clock, task_id: int, address: str) -> str:
    """HTML of the sheet; `address` is where the QR code leads. Commits the audit row.

    Raises NotFound for a task that is no open visit on the actor's desk.
    """
    task = get_task(session, actor, task_id).task
    sheet = hand_out_visits(session, actor)
    visit = next((visit for visit in sheet["visits"] if visit["task_id"] == task_id), None)
    if visit is None:
        raise NotFound(code="visit_not_found")
    audit.record(session, actor, clock, "visit_printed", subject=task.subject, detail={"task_id": task_id})
    session.commit()
    due = "" if visit["due_at"] is None else f"{task.due_at.astimezone(SHANGHAI):%Y-%m-%d}"
    return _page(visit, sheet["schemes"][visit["scheme"]], due, address)


def _page(visit: Mapping[str, Any], scheme: Mapping[str, Any], due: str, address: str) -> str:
    code = segno.make(address, error="m").svg_inline(scale=3)
    boxes = "".join(f'<span class="box">☐ {result}</span>' for result in _RESULTS)
    return f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<title>上门核实表 {escape(visit["case_no"])}</title>
<style>{STYLE}</style><main><header><div><h1>上门核实表</h1>
<p>{escape(scheme["name"])}　案号 {escape(visit["case_no"])}</p>
<p>请于 <b>{due}</b> 前核实</p></div><div class="qr">{code}<br>扫码录入</div></header>
<p><b>{escape(visit["name"])}</b>　证件号 {visit["id_masked"]}（当面核对后四位：☐☐☐☐）</p>
<p>住址 {escape(visit["address"])}　电话 ______________________</p>
<h2>核实结果</h2><p>{boxes}</p><p>上门时间 ______ 年 ____ 月 ____ 日 ____ 时</p>
<h2>各类报销、救助、补助（元）</h2>{_amounts(visit, scheme)}
<p>年度医疗总费用 {show_yuan(parse_yuan(visit["total_cost"]))} 元　未结算的纸质票据 ______________ 元</p>
<h2>收款账户</h2><p>{_payee(visit)}　☐ 无误　☐ 更换为 ____________________________</p>
<h2>核实意见</h2><p>&nbsp;</p><p>&nbsp;</p>{_signatures(scheme)}</main></html>"""


def _amounts(visit: Mapping[str, Any], scheme: Mapping[str, Any]) -> str:
    known = {row["payer"]: show_yuan(parse_yuan(row["amount"])) for row in visit["amounts"]}
    rows = "".join(
        f'<tr><td>{escape(payer["name"])}</td><td class="n">{known.get(payer["payer"], "—")}</td>'
        '<td class="blank"></td><td>☐</td></tr>'
        for payer in scheme["payers"]
    )
    return f"<table><tr><th>项目</th><th>已知金额</th><th>核实金额（不同时填）</th><th>已拍凭证</th></tr>{rows}</table>"


def _payee(visit: Mapping[str, Any]) -> str:
    payee = visit["payee"]
    return "尚无" if payee is None else escape(f"{payee['name']} {payee['account']} {payee['bank']}")


def _signatures(scheme: Mapping[str, Any]) -> str:
    names = ["核实人", *(["同行人"] if scheme["second_visitor"] else []), "户内签字", "日期"]
    return '<div class="sign">' + "".join(f"<span>{name}</span>" for name in names) + "</div>"
