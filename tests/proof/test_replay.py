"""A closed round recomputes to the fen, and whatever anybody changes afterwards is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.costs.models import Snapshot
from app.engine.models import Definition
from app.kernel.errors import Conflict, NotFound
from app.proof.replay.rounds import find_round, replay_round
from app.rounds.models import Round
from tests.proof.story import tell


def unguard(session):
    """Takes the database's own triggers off, as somebody with the database's password could; until the rollback."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
        return
    for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def differences(story, tamper=None):
    """The replay's lines after `tamper(session)`, which is rolled back."""
    with story.database.writing() as session:
        if tamper is not None:
            session.execute(
                text("PRAGMA defer_foreign_keys = ON")
            ) if story.database.url.drivername == "sqlite" else None
            unguard(session)
            tamper(session)
            session.flush()
            session.expire_all()
        found = replay_round(session, session.get_one(Round, story.council.round_id))
        session.rollback()
        if story.database.url.drivername != "sqlite":
            session.execute(text("SET session_replication_role = DEFAULT"))
    return found


def update(table, values, where):
    return lambda session: session.execute(text(f'UPDATE "{table}" SET {values} WHERE {where}'))


def test_an_untouched_round_agrees_in_everything_and_nothing_is_written(story):
    with story.database.reading() as session:
        before = session.execute(text("SELECT count(*) FROM audit")).scalar()
        found = replay_round(session, session.get_one(Round, story.council.round_id))
        assert not any((session.new, session.dirty, session.deleted))
        assert session.execute(text("SELECT count(*) FROM audit")).scalar() == before
    assert found.differences == []
    assert found.agreed > 150
    assert found.summary == f"{found.agreed} 笔核对一致，0 笔不一致"


TAMPERED = {  # what was changed by hand -> what the replay says first of it
    "an amount by a fen": (
        update("case_amount", "amount = amount + 1", "state = 'approved' AND status = 'paid_partial'"),
        "补助金额（决议 嵊专班〔2026〕1号）",
    ),
    "a draft": (update("case_amount", "due = due - 1", "state = 'draft' AND due > 0"), "应补金额（第1次标准意见·拟）"),
    "a figure by a fen": (update("figure", "amount = amount + 1", "source = 'tally'"), "年度自负"),
    "a figure of the data": (
        update("figure", "amount = amount - 1", "source = 'settlement' AND payer = 'basic_insurance'"),
        "结算数据·basic_insurance",
    ),
    "which source counts": (
        update("figure", "in_force = NOT in_force", "source = 'tally'"), "慈善总会的采用来源",
    ),
    "a decision": (update("decision", "amount = amount + 1", "kind = 'approve' AND amount > 0"), "核定金额"),
    "what is payable": (update("decision", "payable = payable - 1", "payable > 0"), "应付金额"),
    "the ratio that was fitted": (
        update("resolution", "fitted_ratio = '0.9999'", "fitted_ratio IS NOT NULL"), "资金不足时的比例",
    ),
    "the money that was there": (update("resolution", "available = available + 100", "1 = 1"), "可用额度"),
    "the standard": (update("standard", "threshold = threshold - 100", "state = 'approved'"), "应补金额（决议"),
    "a line of the list": (update("list_row", "amount = amount + 1", "amount > 0"), "哈希"),
    "a name on the list": (update("list_row", "person_name = '王某'", "no = 1"), "哈希"),
    "a category": (update("case", "categories = '[\"tk\",\"db\"]'", "case_no = '2025-1-0001'"), "人员类别"),
    "who may be paid": (update("case", "eligible = NOT eligible", "case_no = '2025-1-0004'"), "属于可补助人员"),
    "who was listed": (update("case", "origin = 'door'", "case_no = '2025-1-0001'"), "列入初步名单"),
    "the last word": (update("case", "approved_amount = approved_amount + 1", "approved_amount > 0"), "最终核定金额"),
    "a payment": (update("fund_payment", "amount = amount + 1", "state = 'paid'"), "付款·金额"),
    "who was paid": (update("fund_payment", "person_id = person_id + 1", "state = 'paid'"), "付款·领款人员"),
    "a payment's state": (update("fund_payment", "state = 'paid'", "state = 'unclaimed'"), "台账·已付"),
    "what the bank confirmed": (update("fund_transfer", "state = 'failed'", "state = 'paid'"), "银行回单·已付"),
    "the ledger": (update("fund_line", "amount = amount + 1", "debit = 'reserved'"), "台账·预留入账"),
    "a reservation": (update("fund_reservation", "amount = amount + 1", "1 = 1"), "预留资金"),
    "what became of a case": (update("case", "outcome = 'paid'", "outcome = 'unclaimed'"), "办结结果"),
}  # fmt: skip


def remove_payment(session):
    """One that waits for an account: nothing else hangs on it."""
    session.execute(text("DELETE FROM fund_payment WHERE state = 'unclaimed'"))


def change_table(session):
    """A strict comparison made inclusive: one sign in the stored table."""
    definition = session.get_one(Definition, session.execute(text("SELECT definition_id FROM round")).scalar())
    digest = definition.content["dmn/subsidy.dmn"]
    held = text("SELECT content FROM definition_blob WHERE hash = :hash")
    content = bytes(session.execute(held, {"hash": digest}).scalar())
    changed = content.replace(b"burden * standard.ratio", b"burden * standard.ratio + 0.01")
    assert changed != content
    store = text("UPDATE definition_blob SET content = :content WHERE hash = :hash")
    session.execute(store, {"content": changed, "hash": digest})


def test_every_change_by_hand_is_found_and_named(story):
    """All in one story, because a round takes longer to tell than to replay."""
    tampered = {
        **TAMPERED,
        "a removed payment": (remove_payment, "付款（case:"),
        "a changed table": (change_table, "哈希"),
    }
    missed = {}
    for what, (tamper, named) in tampered.items():
        found = differences(story, tamper)
        if not any(named in line.field for line in found.differences):
            missed[what] = found.differences
    assert missed == {}
    assert differences(story).differences == []


def test_one_changed_byte_of_the_snapshot_is_found(story, tmp_path):
    with story.database.reading() as session:
        snapshot = session.query(Snapshot).one()
    [path] = Path(tmp_path).rglob(snapshot.path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    [line] = differences(story).differences
    assert (line.subject, line.field, line.stored) == ("快照“2025年结算数据”", "文件哈希", snapshot.hash)
    path.unlink()
    [line] = differences(story).differences
    assert line.recomputed == "文件缺失"


def test_a_difference_says_where_what_and_how_much(story):
    found = differences(story, update("case", "approved_amount = 300001", "case_no = '2025-1-0003'"))
    assert str(found.differences[0]) == "2025-1-0003  最终核定金额：库中 3000.01，重算 3000.00"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_round_is_named_by_id_or_by_year_and_number_and_must_have_been_sealed(database, clock, tmp_path):
    council = tell(database, clock, tmp_path).council
    with database.reading() as session:
        assert find_round(session, "2025-1").id == find_round(session, str(council.round_id)).id == council.round_id
        for name in ("2025-9", "99", "去年"):
            with pytest.raises(NotFound):
                find_round(session, name)
        with pytest.raises(Conflict) as refused:
            replay_round(session, find_round(session, "2025-1"))
    assert refused.value.code == "nothing_sealed"
