"""The fund over HTTP: who may, what is refused, and a batch from preparing to the bank's answer."""

from __future__ import annotations

import io
import uuid

import pytest
from sqlalchemy import select

from app.fund.ledger import open_account
from app.fund.models import Payment, Transfer
from app.fund.payments import Payable, promise_payments
from app.fund.quota import reserve
from app.kernel.actors import SYSTEM
from app.registry.models import Person
from tests.fund.money import YEAR, make_payee, yuan
from tests.web.client import make_town


class Desk:
    """A town with a fund whose year was opened over HTTP, and two promised payments."""

    def __init__(self, database, clock, folder):
        self.database = database
        self.town = make_town(database, clock, folder)
        with database.writing() as session:
            self.account = open_account(session, "shengzhou", "testfund", "基金").id
            session.commit()

    def __getattr__(self, login):
        return self.town.person(login)

    def open_year(self):
        body = {"year": YEAR, "carry_in": "0.00", "fiscal": "1000000.00", "charity_committed": "1050000.00"}
        return self.ybj_officer.post(f"/fund/accounts/{self.account}/years", body | {"charity_prior": "1000000.00"})

    def arrive(self, login="ybj_officer", **changes):
        body = {"account_id": self.account, "year": YEAR, "kind": "fiscal", "amount": "1000000.00", "evidence": "v1"}
        return self.town.person(login).post("/fund/inflows", body | changes)

    def promise(self, clock, *amounts):
        with self.database.writing() as session:
            area = self.town.county.grids[0].id
            payables = []
            for n, amount in enumerate(amounts):
                person = Person(
                    name="周某", id_hash=f"{n:064}", id_enc="x", id_masked="330683********1234",
                    birth=clock().date(), sex="female", recognising_area_id=area, residence_area_id=area,
                    changed_at=clock(),
                )  # fmt: skip
                session.add(person)
                session.flush()
                payee = make_payee(session, person.id, "周某", f"6217{n:015}")
                session.add(payee)
                session.flush()
                ref = f"test:{n}"
                payables.append(Payable(ref, yuan(amount), payee.id, "周某", person.id, "test:reserve"))
            total = sum(payable.amount for payable in payables)
            reserve(session, SYSTEM, clock, self.account, YEAR, total, "test:reserve")
            promise_payments(session, SYSTEM, clock, self.account, YEAR, payables)
            session.commit()

    def prepare(self, login="ybj_officer"):
        body = {"account_id": self.account, "year": YEAR, "purpose": "暖心无忧基金补助"}
        return self.town.person(login).post("/payment-batches", body)

    def upload(self, batch, content, name="回盘.csv", key=None):
        return self.ybj_officer.send(
            "POST", f"/payment-batches/{batch}/results", headers={"Idempotency-Key": key or uuid.uuid4().hex},
            data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data",
        )  # fmt: skip


@pytest.fixture
def desk(database, clock, tmp_path):
    return Desk(database, clock, tmp_path)


@pytest.fixture
def ready(desk, clock):
    """The desk with money and two payments that wait."""
    assert desk.open_year().status_code == 201
    assert desk.arrive().status_code == 201
    desk.promise(clock, "100.00", "50.01")
    return desk


def test_a_batch_goes_from_the_desk_to_the_bank_and_back(ready):
    prepared = ready.prepare()
    assert prepared.status_code == 201, prepared.json
    batch = prepared.json["id"]
    assert (prepared.json["total"], prepared.json["count"]) == ("150.01", 2)
    for login, step, state in (
        ("reviewer", "review", "reviewed"), ("finance_officer", "approve", "approved"),
        ("ybj_officer", "send", "sent"),
    ):  # fmt: skip
        reply = ready.town.person(login).post(f"/payment-batches/{batch}/{step}")
        assert (reply.status_code, reply.json["state"]) == (200, state)
    file = ready.ybj_officer.get(f"/payment-batches/{batch}/file.csv")
    assert file.status_code == 200
    assert "6217" in file.text
    assert ready.ybj_officer.get(f"/payment-batches/{batch}/file.xlsx").data.startswith(b"PK")
    rows = ready.auditor.get(f"/payment-batches/{batch}/rows").json["items"]
    lines = "".join(f"{prepared.json['no']},{r['reference']},{r['amount']},成功,,,\r\n" for r in rows)
    content = ("批次号,付款编号,金额,结果,失败原因,银行流水号,时间\r\n" + lines).encode()
    first, again = ready.upload(batch, content, key="k"), ready.upload(batch, content, key="k")
    assert (first.status_code, first.json["outcomes"]) == (200, {"applied": 2})
    assert again.json["repeated_file"] is True
    assert ready.reviewer.get(f"/payment-batches/{batch}").json["state"] == "settled"
    quota = ready.meeting_secretary.get(f"/fund/accounts/{ready.account}/quota?year={YEAR}").json
    assert (quota["resolved"], quota["bank_balance"], quota["available"]) == (
        "150.01", "999849.99", "2049849.99",
    )  # fmt: skip
    kinds = [e["kind"] for e in ready.auditor.get(f"/fund/accounts/{ready.account}/entries").json["items"]]
    assert kinds == ["open_year", "inflow", "reserve", "consume", "send", "result"]


def test_rows_show_accounts_masked(ready):
    batch = ready.prepare().json["id"]
    reply = ready.fund_manager.get(f"/payment-batches/{batch}/rows?limit=1")
    assert reply.json["items"][0]["account_masked"].startswith("****")
    assert "6217" not in reply.text
    rest = ready.fund_manager.get(f"/payment-batches/{batch}/rows?limit=1&cursor={reply.json['next']}")
    assert [row["serial"] for row in rest.json["items"]] == [2]


def test_a_repeated_key_makes_one_batch(ready):
    body = {"account_id": ready.account, "year": YEAR, "purpose": "补助"}
    first, again = (ready.ybj_officer.post("/payment-batches", body, key="once") for _ in range(2))
    assert first.json["id"] == again.json["id"]
    assert len(ready.auditor.get("/payment-batches").json["items"]) == 1
    assert ready.ybj_officer.post("/payment-batches", body).json["code"] == "nothing_to_pay"


def test_the_officer_who_prepared_cannot_review_and_roles_are_kept(ready):
    batch = ready.prepare("head").json["id"]
    refused = ready.head.post(f"/payment-batches/{batch}/review")
    assert (refused.status_code, refused.json["code"]) == (403, "same_person")
    for login, step in (("ybj_officer", "review"), ("reviewer", "approve"), ("finance_officer", "send")):
        reply = ready.town.person(login).post(f"/payment-batches/{batch}/{step}")
        assert (reply.status_code, reply.json["code"]) == (403, "role_missing")


def test_the_bank_file_is_for_the_desk_and_only_after_approval(ready):
    batch = ready.prepare().json["id"]
    assert ready.ybj_officer.get(f"/payment-batches/{batch}/file.csv").json["code"] == "batch_not_approved"
    for login in ("auditor", "meeting_secretary", "grid_worker_1"):
        assert ready.town.person(login).get(f"/payment-batches/{batch}/file.csv").status_code == 403
    assert ready.ybj_officer.get(f"/payment-batches/{batch}/file.pdf").status_code == 404


def test_holding_releasing_and_returning_over_http(ready):
    batch = ready.prepare().json["id"]
    payments = ready.reviewer.get("/payments?state=pending").json["items"]
    held = ready.reviewer.post(f"/payments/{payments[0]['id']}/hold", {"reason": "有举报待核"})
    assert (held.status_code, held.json["state"], held.json["batch_id"]) == (200, "held", None)
    assert ready.reviewer.get(f"/payment-batches/{batch}").json["count"] == 1
    assert ready.reviewer.post(f"/payments/{payments[0]['id']}/release").json["state"] == "pending"
    returned = ready.reviewer.post(f"/payment-batches/{batch}/return", {"reason": "并入下一批"})
    assert returned.json["state"] == "cancelled"
    assert ready.prepare().json["total"] == "150.01"


def test_a_second_fiscal_allotment_and_a_strange_inflow_are_refused(ready):
    assert ready.arrive(evidence="v2", amount="0.01").json["code"] == "fiscal_topup_not_allowed"
    for changes in ({"amount": "1.001"}, {"amount": "-1.00"}, {"kind": "gift"}, {"evidence": ""}, {"year": 1}):
        assert ready.arrive(**changes).status_code == 422
    assert ready.arrive(account_id=999, evidence="v3").status_code == 404
    moved = ready.arrive("civil_affairs_officer", kind="charity", amount="600000.00", evidence="c1")
    assert moved.status_code == 201


def test_an_unknown_transfer_is_settled_by_another_person(ready, database):
    batch = ready.prepare().json
    for login, step in (("reviewer", "review"), ("finance_officer", "approve"), ("ybj_officer", "send")):
        ready.town.person(login).post(f"/payment-batches/{batch['id']}/{step}")
    with database.reading() as session:
        transfer = session.scalar(select(Transfer).order_by(Transfer.id))
    line = f"{batch['no']},{transfer.reference},{transfer.amount},处理中"
    assert ready.upload(batch["id"], f"批次号,付款编号,金额,结果\r\n{line}".encode()).status_code == 200
    body = {"outcome": "paid", "reason": "电话核实"}
    path = f"/transfers/{transfer.id}/settle"
    assert ready.ybj_officer.post(path, body).json["code"] == "same_person"
    assert ready.finance_officer.post(path, body).json["state"] == "paid"
    with database.reading() as session:
        assert session.get(Payment, transfer.payment_id).state == "paid"


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"PK\x03\x04nonsense", "批次号,付款编号\r\na,b".encode(), b"\xff\xfe\x00"]
)
def test_a_file_that_is_no_result_is_refused_and_changes_nothing(ready, content):
    batch = ready.prepare().json["id"]
    reply = ready.upload(batch, content)
    assert reply.status_code == 422
    assert reply.json["faults"]
    assert ready.reviewer.get(f"/payment-batches/{batch}").json["state"] == "prepared"


@pytest.mark.parametrize(
    "path",
    [
        "/fund/accounts/999/quota?year=2026", "/fund/accounts/999/entries", "/payment-batches/999",
        "/payment-batches/999/rows", "/payment-batches/999/file.csv",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(desk, path):
    assert desk.ybj_officer.get(path).status_code == 404


def test_posts_to_what_does_not_exist_are_not_found(desk):
    for path, body in (
        ("/payments/999/hold", {"reason": "x"}), ("/payments/999/release", None), ("/payments/999/fix", None),
        ("/transfers/999/settle", {"outcome": "paid", "reason": "x"}), ("/payment-batches/999/send", None),
        ("/payment-batches/999/return", {"reason": "x"}),
        ("/payment-batches", {"account_id": 999, "year": YEAR, "purpose": "x"}),
        ("/fund/accounts/999/years/2026/close", None),
    ):  # fmt: skip
        assert desk.ybj_officer.post(path, body).status_code == 404, path


def test_a_year_is_closed_over_http_and_opening_it_twice_is_refused(desk):
    desk.open_year()
    assert desk.open_year().json["code"] == "fiscal_topup_not_allowed"
    refused = desk.ybj_officer.post(f"/fund/accounts/{desk.account}/years/{YEAR}/close")
    assert (refused.status_code, refused.json["code"]) == (409, "funds_outstanding")
    desk.arrive()
    desk.arrive(kind="charity", amount="1050000.00", evidence="c1")
    closed = desk.ybj_officer.post(f"/fund/accounts/{desk.account}/years/{YEAR}/close")
    assert (closed.status_code, closed.json["carried_out"]) == (200, "2050000.00")
    years = desk.auditor.get("/fund/accounts").json[-1]["years"]
    assert years == [{"year": YEAR, "state": "closed", "warnings": []}]


def test_lists_are_narrowed_by_account_in_the_query(ready):
    for path in ("/payments", "/payment-batches"):
        assert ready.reviewer.get(f"{path}?account_id={ready.account}").status_code == 200
        assert ready.reviewer.get(f"{path}?account_id=999").json["items"] == []
        assert ready.reviewer.get(f"{path}?account_id=one").status_code == 422
    assert ready.reviewer.get(f"/payments?account_id={ready.account}").json["items"] != []
