"""What the explanation says of each fate of a case, to whom, and that it says it from what was stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.access.models import Audit
from app.kernel.errors import NotFound
from app.proof.explanation.page import print_page
from app.proof.explanation.sources import load_library
from app.proof.explanation.telling import explain_case
from tests.proof.story import pay, resolve, tell

ROOT = Path(__file__).parents[2]
PAID = "基本医保支付 120,000.00 元（结算数据）、慈善总会支付 4,000.00 元（单位填报）"


def explain(story, n, login="ybj_officer"):
    council = story.council
    with council.database.writing() as session:
        return explain_case(session, council.actor(login), council.clock, story.case_id(n), "json")


def texts(told, part):
    return [row["text"] for row in told["sentences"] if row["part"] == part]


def test_a_paid_amount_is_told_from_its_bills_to_the_bank_line(story):
    told = explain(story, 1)
    assert told["answer"] == "本轮核定补助 16,339.20 元（决议 嵊专班〔2026〕1号），已付 16,339.20 元。"
    assert texts(told, "费用") == [
        "结算数据“2025年结算数据”（截至 2025-12-31）中本年度计入 1 张票据，费用合计 180,000.00 元。",
        "2025 年度总费用 180,000.00 元，其中" + PAID + "；剩下由个人自负 56,000.00 元。",
    ]
    assert texts(told, "人员") == [
        "2024-03-01 至今为低保对象（民政局 2024-03-01 认定）。", "2025 年度内属于基金可以补助的困难人员。",
    ]  # fmt: skip
    [short] = [row for row in texts(told, "计算") if row.startswith("资金不足")]
    assert "可用额度 30,000.00 元" in short
    assert "可由本批人员分配 27,000.00 元" in short  # 3,000.00 were said of the third
    assert "比例因此为 35.52%" in short  # 76,000.00 x 0.3552 = 26,995.20
    [decided] = texts(told, "决定")
    assert decided == "2026-03-01 专班会议（决议 嵊专班〔2026〕1号）：同意，核定 16,339.20 元。"
    assert "银行流水号" not in told["answer"]
    assert any("****" in row and "已付" in row for row in texts(told, "发放"))


def test_every_rule_has_its_document_clause_and_quote(story):
    told = explain(story, 1)
    sources = [source for row in told["sentences"] for source in row["sources"]]
    quoted = {source["quote"] for source in sources}
    assert "困难人员（指特困人员、低保人员、低边人员和因病纳入低保或低边的支出型困难人员）" in quoted
    assert {source["document"] for source in sources if source["tag"]} == {
        "嵊州市构建因病致贫返贫防范长效机制实施方案（2022—2025年）"
    }
    assert any(source["clause"] == "附件3《暖心无忧基金补助办法（试行）》 二" for source in sources)
    hit = next(d for d in told["amounts"][-1]["decisions"] if d["decision"] == "counted")
    assert hit["rows"]["hit"][0]["row"] == 1
    assert hit["rows"]["tried"][0] == {"row": 1, "failed": []}
    assert all(row["failed"] for row in hit["rows"]["tried"][1:])


def test_amounts_say_their_inputs_versions_and_rounding(story):
    told = explain(story, 1)
    draft, approved = told["amounts"]
    assert (draft["kind"], approved["kind"], approved["sealed"]) == ("draft", "approved", True)
    assert draft["amount"] == "20000.00"
    assert draft["rounding"] == {"before": "27600", "after": "20000.00", "capped": True, "rounded": False}
    assert approved["inputs"]["categories"] == ["db"]
    named = {figure["id"] for figure in told["figures"] if figure["in_force"]}
    assert set(approved["figures"]) == named
    assert approved["definition"]["file"] == "dmn/subsidy.dmn"
    assert len(approved["definition"]["file_hash"]) == 64


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_zero_says_why(story):
    answers = {n: explain(story, n)["answer"] for n in (3, 4, 5)}
    assert answers[3] == "本轮核定补助 3,000.00 元（决议 嵊专班〔2026〕1号）。"
    assert "为什么是 0 元：在 2025 年度内不属于基金可以补助的困难人员" in answers[4]
    assert answers[5] == "本轮暂缓，尚未核定金额（决议 嵊专班〔2026〕1号）。原因：材料待补。"
    lowered = texts(explain(story, 3), "决定")[0]
    assert "核减，核定 3,000.00 元，原因：部分费用已由单位承担" in lowered


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_below_the_threshold_and_an_empty_fund_are_told_apart(database, clock, tmp_path):
    told = tell(database, clock, tmp_path)
    council = told.council
    council.convene(standard={"base": "excess", "threshold": "24000.00", "ratio": "1", "cap": None},
                    shortfall_rule="list_order")  # fmt: skip
    told.resolution_id = council.resolve()
    for number in council.cases:
        council.decide(number, "approve")
    council.finish(told.resolution_id)
    assert "没有超过起付线 24,000.00 元（须大于起付线）" in explain(told, 5)["answer"]
    assert "基金可用额度已经用完" in explain(told, 3)["answer"]


def test_a_draft_is_told_as_a_draft_and_only_to_the_countys_officers(database, clock, tmp_path):
    told = tell(database, clock, tmp_path)
    told.council.propose()
    assert explain(told, 1)["answer"] == "拟补助 20,000.00 元；是草案，会议尚未决定，不能发放。"
    for login in ("clerk_1", "grid_worker_1"):
        seen = explain(told, 1, login)
        assert (seen["amounts"], seen["answer"]) == ([], "尚未核定补助金额：还在办理中。")


def test_a_grid_worker_learns_the_amount_and_no_category_from_it(story):
    told = explain(story, 1, "grid_worker_1")
    said = json.dumps(told, ensure_ascii=False)
    assert told["answer"].startswith("本轮核定补助 16,339.20 元")
    assert told["eligibility"] == {"eligible": True, "categories": None, "spans": None}
    assert "低保对象" not in said
    assert '"db"' not in said
    eligible = next(d for d in told["amounts"][0]["decisions"] if d["decision"] == "eligible")
    assert (eligible["rows"], eligible["result"]) == (None, "是")
    assert told["payments"][0]["transfers"] is None
    assert "****" not in "".join(texts(told, "发放"))


def test_strangers_find_nothing(story):
    for login in ("clerk_3", "grid_worker_7", "liaison_cl"):
        with pytest.raises(NotFound):
            explain(story, 1, login)


def test_who_read_which_explanation_is_in_the_audit(story):
    explain(story, 2, "auditor")
    with story.database.reading() as session:
        [row] = session.scalars(select(Audit).where(Audit.kind == "case_explained")).all()
    actor = story.council.actor("auditor")
    assert (row.actor_id, row.subject, row.detail) == (actor.user_id, f"case:{story.case_id(2)}", {"form": "json"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_explanation_tells_what_was_stored_and_computes_nothing_again(story):
    before = explain(story, 1)
    with story.database.writing() as session:
        for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE standard SET resolution_line = 1"))
        session.execute(text('UPDATE "case" SET categories = \'["tk"]\''))
        session.commit()
    after = explain(story, 1)
    assert after["amounts"] == before["amounts"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_has_no_script_masks_the_number_and_escapes_what_people_wrote(database, clock, tmp_path):
    told = resolve(tell(database, clock, tmp_path), keep_freed_reason=None)
    pay(told)
    explained = explain(told, 1)
    explained["case"]["name"] = "<img src=x onerror=alert(1)>"
    page = print_page(explained, "nonce-of-this-reply")
    assert "<script" not in page
    assert "style=" not in page
    assert '<style nonce="nonce-of-this-reply">' in page
    assert "&lt;img src=x" in page
    assert "********" in page
    assert "『困难人员（指特困人员" in page


def test_all_four_schemes_documents_have_their_titles_and_a_clause_names_annex_and_quote():
    library = load_library(ROOT, "shengzhou")
    found = library.find(["『甲』『乙』[S0 附件3 二]（A-SZ-7）", "[S2 六]", "没有出处"])
    assert [(s.tag, s.clause, s.quote) for s in found] == [
        ("S0", "附件3《暖心无忧基金补助办法（试行）》 二", "甲"),
        ("S0", "附件3《暖心无忧基金补助办法（试行）》 二", "乙"),
        ("S2", "六", None),
    ]
    assert found[2].words == "《绍兴市暖心无忧基金管理办法（试行）》（征求意见稿，自2024年7月1日起实施）六"
    for tag in ("S0", "S1", "S2", "S3", "S4"):
        assert library.find([f"[{tag} 一]"])[0].document != tag
