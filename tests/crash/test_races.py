"""Many clients want one thing at the same moment: one has it, the others are told, and the books balance."""

from __future__ import annotations

import io
import random
import threading
from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import func, select

from app.access import audit
from app.access.actors import get_actor
from app.access.models import Audit
from app.access.provision import add_user
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.engine.models import BulkRow, BulkRun, Task
from app.fund.balances import verify_ledger
from app.fund.models import FundEntry, Payment, Transfer
from app.fund.quota import available_quota
from app.kernel.dates import system_clock
from app.meetings.models import Decision, Resolution
from app.visits.models import Visit
from tests.access.people import TODAY, make_county, password_hash
from tests.crash.doors import form_of, open_doors
from tests.crash.meeting import YEAR, add_county_people, add_round, convene, make_eve, open_fund, store_minutes
from tests.web.client import Town

pytestmark = pytest.mark.crash
RACERS = 32


def race(calls):
    """All of them at the same moment; their results in order."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n, call):
        start.wait()
        results[n] = call()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def crowd(database, town, unit, count):
    """`count` more people at one grid's desk: {user id: who}."""
    with database.writing() as session:
        for n in range(count):
            place = [(town.county.units[unit], "grid_worker")]
            user = add_user(session, f"racer_{n}", f"抢办{n}", password_hash=password_hash(), memberships=place)
            town.county.actors[user.login] = get_actor(session, user.id, TODAY)
        session.commit()
    return {town.county.actors[f"racer_{n}"].user_id: town.person(f"racer_{n}") for n in range(count)}


def test_of_32_clients_one_completes_each_task_and_the_rest_are_told_who(product, database):
    county, cases = open_doors(database, 49)
    town = Town(product, county)
    people = list(crowd(database, town, "g1", 8).items())
    wanted = []
    for case_id in cases[::12]:  # all at the first grid's doors
        with database.reading() as session:
            wanted.append(find_open_task(session, f"case:{case_id}", "visit").id)

    def client(n):
        user_id, person = people[n % len(people)]
        mine = random.Random(n).sample(wanted, len(wanted))  # noqa: S311 an order, not a secret
        body = {"form": form_of("not_home")}
        return lambda: [(task, user_id, person.post(f"/tasks/{task}/complete", body)) for task in mine]

    told = [row for rows in race([client(n) for n in range(RACERS)]) for row in rows]
    for task_id in wanted:
        replies = [(user_id, reply) for task, user_id, reply in told if task == task_id]
        [winner] = [user_id for user_id, reply in replies if reply.status_code == 200]
        losers = [reply.json for _, reply in replies if reply.status_code != 200]
        assert Counter((body["status"], body["code"]) for body in losers) == {(409, "task_already_completed"): 31}
        assert {body["by"]["id"] for body in losers} == {winner}
        assert all(body["by"]["name"] in body["detail"] for body in losers)
    with database.reading() as session:
        assert session.scalar(select(func.count(Visit.id))) == len(wanted)
        kinds = select(Audit.detail).where(Audit.kind == "task_completed")
        assert sorted(detail["task_id"] for detail in session.scalars(kinds)) == sorted(wanted)
        assert audit.verify_chain(session) == []


def test_of_32_clients_one_claims_each_task(product, database):
    county, cases = open_doors(database, 1)
    town = Town(product, county)
    people = list(crowd(database, town, "g1", 8).items())
    with database.reading() as session:
        task_id = find_open_task(session, f"case:{cases[0]}", "visit").id
    calls = [lambda n=n: people[n % 8][1].post(f"/tasks/{task_id}/claim") for n in range(RACERS)]
    replies = race(calls)
    with database.reading() as session:
        holder = session.get_one(Task, task_id).assignee_id
        assert session.scalar(select(func.count(Audit.id)).where(Audit.kind == "task_claimed")) == 1
    for n, reply in enumerate(replies):
        if people[n % 8][0] == holder:
            assert reply.status_code == 200
        else:
            assert (reply.status_code, reply.json["code"]) == (409, "task_claimed")
            assert reply.json["assignee"]["id"] == holder


def two_rounds(database):
    """Two rounds of three people each, and a fund that has what one of them needs, to the fen."""
    with database.writing() as session:
        county = make_county(session, commit=False)
        account_id = open_fund(session, "36001.80")
        people = add_county_people(session, county, 6)
        added = [add_round(session, county, n, people[n * 3 - 3 : n * 3], ["30001.00"] * 3) for n in (1, 2)]
        session.commit()
    file_id = store_minutes(database, county)
    rounds = [(round_id, convene(database, county, round_id, f"{round_id}号"), cases) for round_id, cases in added]
    return county, account_id, file_id, rounds


def test_two_rounds_that_need_the_last_fen_do_not_both_get_it(product, database):
    county, account_id, file_id, rounds = two_rounds(database)
    secretary = Town(product, county).person("meeting_secretary")
    for round_id, resolution_id, cases in rounds:
        for case_id in cases:
            decision = {"decision": {"case_id": case_id, "kind": "approve"}}
            assert secretary.post(f"/rounds/{round_id}/decisions", decision).status_code == 202
        assert secretary.post(f"/resolutions/{resolution_id}/minutes", {"file_id": file_id}).status_code == 200
    calls = [lambda r=r: secretary.post(f"/resolutions/{r}/seal") for _, r, _ in rounds * 8]
    replies = race(calls)
    sealed = [n % 2 for n, reply in enumerate(replies) if reply.status_code == 200]
    assert len(sealed) == 1
    told = Counter((n % 2 == sealed[0], r.status_code, r.json.get("code")) for n, r in enumerate(replies))
    assert told == {(True, 200, None): 1, (True, 409, "resolution_sealed"): 7, (False, 409, "quota_exceeded"): 8}
    with database.reading() as session:
        quota = available_quota(session, account_id, YEAR)
        assert (quota.available, quota.resolved) == (Decimal("0.00"), Decimal("36001.80"))
        assert sorted(session.scalars(select(Resolution.state))) == ["recorded", "sealed"]
        assert verify_ledger(session) == []


@pytest.fixture
def payable(product, database):
    """A sealed round whose three people are to be paid: (town, round id)."""
    county, _, file_id, rounds = two_rounds(database)
    town = Town(product, county)
    secretary = town.person("meeting_secretary")
    round_id, resolution_id, _ = rounds[0]
    secretary.post(f"/rounds/{round_id}/decisions", {"undecided": "approve"})
    run_due_jobs(database, product.extensions["nuanxin_engine"], system_clock)
    secretary.post(f"/resolutions/{resolution_id}/minutes", {"file_id": file_id})
    assert secretary.post(f"/resolutions/{resolution_id}/seal").status_code == 200
    return town, round_id


def test_a_batch_is_made_sent_and_answered_once_however_many_try(payable, database):
    town, round_id = payable
    senders = [town.person(login) for login in ("ybj_officer", "fund_manager")]

    def all_try(path, body=None, people=senders):
        return race([lambda n=n: people[n % len(people)].post(path, body) for n in range(16)])

    made = all_try(f"/rounds/{round_id}/payment-batches", {"purpose": "补助"})
    assert Counter(reply.status_code for reply in made) == {201: 1, 409: 15}
    assert {reply.json["code"] for reply in made if reply.status_code == 409} == {"nothing_to_pay"}
    batch_id = next(reply.json["batch_id"] for reply in made if reply.status_code == 201)
    path = f"/payment-batches/{batch_id}"
    able = {"review": [town.person("reviewer")], "approve": [town.person("finance_officer")], "send": senders}
    for step, people in able.items():
        replies = all_try(f"{path}/{step}", people=people)
        assert Counter(reply.status_code for reply in replies) == {200: 1, 409: 15}, step
    batch, rows = (senders[0].get(at).json for at in (path, f"{path}/rows"))
    lines = "".join(f"{batch['no']},{row['reference']},{row['amount']},成功,,,\r\n" for row in rows["items"])
    content = ("批次号,付款编号,金额,结果,失败原因,银行流水号,时间\r\n" + lines).encode()

    def upload(n):
        file = {"file": (io.BytesIO(content), "回盘.csv")}
        return lambda: senders[n % 2].post(f"{path}/results", data=file, content_type="multipart/form-data")

    answers = race([upload(n) for n in range(16)])
    assert {reply.status_code for reply in answers} == {200}
    assert Counter(reply.json["repeated_file"] for reply in answers) == {False: 1, True: 15}
    with database.reading() as session:
        kinds = Counter(session.scalars(select(FundEntry.kind)))
        assert (kinds["send"], kinds["result"]) == (1, 1)
        assert sorted(session.scalars(select(Transfer.state))) == ["paid"] * 3
        assert sorted(session.scalars(select(Payment.state))) == ["paid"] * 3
        assert verify_ledger(session) == []


def test_one_key_sent_16_times_at_once_is_one_run_and_one_answer(product, database):
    eve = make_eve(database, 40)
    town = Town(product, eve.county)
    secretary = town.person("meeting_secretary")
    rows = [{"case_id": case_id, "kind": "approve"} for case_id in eve.cases]
    path = f"/rounds/{eve.round_id}/decisions"

    def send(n):
        return lambda: secretary.post(path, {"rows": rows[n:]}, key="once")

    replies = race([send(0)] * 16)
    assert {(reply.status_code, reply.data) for reply in replies} == {(202, replies[0].data)}
    other = race([send(n) for n in range(1, 9)])
    assert {(reply.status_code, reply.json["code"]) for reply in other} == {(409, "idempotency_key_reused")}
    run = partial(run_due_jobs, database, product.extensions["nuanxin_engine"], system_clock)
    race([partial(run, holder=f"worker {n}") for n in range(4)])
    run()
    with database.reading() as session:
        assert session.scalars(select(BulkRun.state)).all() == ["done"]
        assert session.scalar(select(func.count()).select_from(BulkRow)) == 40
        assert Counter(session.scalars(select(Decision.kind))) == {"approve": 40}
