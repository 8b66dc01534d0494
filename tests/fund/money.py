"""A fund with money in it, people with accounts, and batches on their way, for this room's tests."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access.actors import get_actor
from app.access.models import User
from app.engine.catalogue import deploy_scheme
from app.engine.engine import Engine
from app.fund.bank.results import ResultRow, apply_bank_result
from app.fund.batches import approve_batch, create_batch, review_batch, send_batch
from app.fund.inflows import record_inflow
from app.fund.ledger import open_account
from app.fund.models import Payment, Transfer
from app.fund.operations import JOB_HANDLERS, OPERATORS
from app.fund.payments import Payable
from app.fund.quota import reserve
from app.fund.years import open_year
from app.kernel.actors import SYSTEM, Actor
from app.kernel.db import cipher_of
from app.registry.models import Payee, Person
from tests.access.people import TODAY, make_county

YEAR = 2026
RESOURCES = Path(__file__).parents[2]
PREPARER, REVIEWER, APPROVER, OTHER = (Actor(n, name) for n, name in enumerate(("甲", "乙", "丙", "丁"), 1))


def yuan(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def open_fund(database, clock):
    """`open_fund(fiscal=…, …)` -> account id of a fund whose year 2026 is open; amounts in yuan as text."""

    def make(
        *, carry_in="123456.78", fiscal="1000000.00", charity="1050000.00", prior="1000000.00",
        fiscal_in=None, charity_in="600000.00", code="nxwy",
    ) -> int:  # fmt: skip
        with database.writing() as session:
            account = open_account(session, "shengzhou", code, "暖心无忧专项基金")
            open_year(
                session, SYSTEM, clock, account.id, YEAR, yuan(carry_in), yuan(fiscal), yuan(charity),
                None if prior is None else yuan(prior), charity_floor=yuan("1000000.00"), charity_rises=True,
            )  # fmt: skip
            for kind, amount in (("fiscal", fiscal_in or fiscal), ("charity", charity_in)):
                if yuan(amount):
                    record_inflow(session, SYSTEM, clock, account.id, YEAR, kind, yuan(amount), f"voucher-{kind}")
            session.commit()
            return account.id

    return make


@pytest.fixture
def changes(database, clock, resources):
    """What listeners hear: (ref, before, after); the database's sessions carry an engine from now on."""
    heard = []

    def listen(_session, ref, before, after):
        heard.append((ref, before, after))

    database.info |= {
        "engine": Engine(resources, OPERATORS, JOB_HANDLERS, listeners={"payment": [listen]}),
        "clock": clock,
    }
    with database.writing() as session:
        deploy_scheme(session, SYSTEM, clock, "shengzhou")
    return heard


@pytest.fixture(scope="session")
def resources(tmp_path_factory):
    """A scheme that has only what the fund needs."""
    folder = tmp_path_factory.mktemp("resources")
    for kind in ("bpmn", "forms"):
        (folder / kind / "shengzhou").mkdir(parents=True)
        (folder / kind / "common").mkdir()
        for file in (RESOURCES / kind / "common").glob("fix_account*"):
            shutil.copy(file, folder / kind / "common")
    scheme = json.loads((RESOURCES / "bpmn/shengzhou/scheme.json").read_text())
    (folder / "bpmn/shengzhou/scheme.json").write_text(json.dumps(scheme | {"rules": {}}))
    return folder


@pytest.fixture
def add_people(database, clock):
    """`add_people(3)` -> ids of people with an active payee each; `claimed=False` leaves them without."""
    made = []

    def add(count, *, claimed=True, name="周某"):
        with database.writing() as session:
            if not made:
                made.append(make_county(session, commit=False).grids[0].id)
            people = []
            for _ in range(count):
                person = Person(
                    name=name, id_hash=f"{len(made):064}", id_enc="x", id_masked="330683********1234",
                    birth=date(1950, 1, 1), sex="female", recognising_area_id=made[0],
                    residence_area_id=made[0], changed_at=clock(),
                )  # fmt: skip
                session.add(person)
                session.flush()
                made.append(person.id)
                people.append(person.id)
                if claimed:
                    session.add(make_payee(session, person.id, name, f"6217{person.id:015}"))
            session.commit()
            return people

    return add


def make_payee(session, person_id, name, account):
    cipher = cipher_of(session)
    return Payee(
        person_id=person_id, kind="self", name=name, account_enc=cipher.encrypt(account),
        account_masked=f"****{account[-4:]}", account_hash=cipher.lookup(account), bank="嵊州农商银行",
        state="active", version=1, proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def prepare_batch(database, clock, changes, open_fund, add_people):
    """`prepare_batch("100.00", "50.00")` -> (account id, batch id); one person, one payable an amount."""

    def prepare(*amounts, account=None, reservation="resolution:1", **fund):
        account = account or open_fund(**fund)
        people = add_people(len(amounts))
        payables = [
            Payable(f"case:{person}/{reservation}", yuan(amount), person, "周某", person, reservation)
            for person, amount in zip(people, amounts, strict=True)
        ]
        with database.writing() as session:
            total = sum((payable.amount for payable in payables), Decimal(0))
            reserve(session, SYSTEM, clock, account, YEAR, total, reservation)
            batch = create_batch(session, PREPARER, clock, account, YEAR, "暖心无忧基金补助", payables)
            session.commit()
        return account, batch

    return prepare


@pytest.fixture
def send(database, clock, prepare_batch):
    """`send("100.00", …)` -> (account id, batch id) of a batch that is with the bank."""

    def run(*amounts, **options):
        account, batch = prepare_batch(*amounts, **options)
        push(database, clock, batch)
        return account, batch

    return run


def push(database, clock, batch):
    """A prepared batch goes to the bank."""
    for act, actor in ((review_batch, REVIEWER), (approve_batch, APPROVER), (send_batch, PREPARER)):
        with database.writing() as session:
            act(session, actor, clock, batch)
            session.commit()


def transfers_of(session, batch):
    return list(session.scalars(select(Transfer).where(Transfer.batch_id == batch).order_by(Transfer.serial)))


def states_of(database):
    with database.reading() as session:
        return [payment.state for payment in session.scalars(select(Payment).order_by(Payment.id))]


@pytest.fixture
def answer(database, clock):
    """`answer(batch, [("success", {}), …])`: the bank's file, line n for transfer n; returns the outcomes."""
    files = iter(range(10_000))

    def apply(batch, lines, *, file_hash=None, control=None):
        with database.writing() as session:
            transfers = transfers_of(session, batch)
            no = transfers[0].reference.rsplit("-", 1)[0]
            rows = [
                ResultRow(
                    **{
                        "row": n, "batch_no": no, "reference": transfer.reference,
                        "amount": transfer.amount, "result": line[0], **line[1],
                    }
                )
                for n, (transfer, line) in enumerate(zip(transfers, lines, strict=False))
                if line
            ]  # fmt: skip
            options = {} if control is None else {"control": control}
            summary = apply_bank_result(
                session, SYSTEM, clock, None, rows,
                file_hash=file_hash or f"hash-{next(files)}", file_name="回盘.csv", **options,
            )  # fmt: skip
            session.commit()
            return summary["outcomes"]

    return apply


def county_actor(session, login):
    """The actor of somebody in the county that `add_people` has made."""
    user = session.scalar(select(User).where(User.login == login))
    return get_actor(session, user.id, TODAY)
