"""A new city is a new folder and no Python: it deploys and runs with the product's own operators."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.assembly import JOB_HANDLERS, OPERATORS
from app.engine.catalogue import check_scheme, current_definition, deploy_scheme
from app.engine.engine import Engine
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.engine.models import Definition, ProcessInstance
from app.engine.runtime import Start, send_message, start_instance
from app.engine.schemes import list_schemes, load_scheme
from app.engine.tasks import complete_task, send_back_task
from app.engine.views import get_task
from app.kernel.actors import SYSTEM, Membership
from app.kernel.errors import Denied, Invalid
from tests.access.people import make_county
from tests.engine.catalogue.tiny import RESOURCES

ROOT = Path(__file__).parents[3]
SERVICE = '<bpmn:serviceTask id="record"'


@pytest.fixture
def resources(tmp_path):
    """What is common to all cities, and a city called tiny that asks, looks twice and is done."""
    folder = tmp_path / "city"
    for kind in ("bpmn", "forms"):
        shutil.copytree(ROOT / kind / "common", folder / kind / "common")
        shutil.copytree(RESOURCES / kind / "tiny", folder / kind / "tiny")
    diagram = folder / "bpmn" / "tiny" / "tiny.bpmn"
    text = diagram.read_text().replace('<spiffworkflow:property name="submitOperator" value="tiny.submit"/>', "")
    start, end = text.index(SERVICE), text.index("</bpmn:serviceTask>")
    text = text[:start] + text[end:].replace("</bpmn:serviceTask>", "", 1)
    text = text.replace('targetRef="record"', 'targetRef="go_on"').replace(
        '<bpmn:sequenceFlow id="f3" sourceRef="record" targetRef="go_on"/>', ""
    )
    diagram.write_text(text.replace("<bpmn:flowNodeRef>record</bpmn:flowNodeRef>", ""))
    scheme = folder / "bpmn" / "tiny" / "scheme.json"
    said = json.loads(scheme.read_text())
    roles = ["civil_affairs_officer", "department_liaison"]
    said["units"]["mzj"] = {"name": "民政局", "kind": "bureau", "roles": roles}
    scheme.write_text(json.dumps(said, ensure_ascii=False))
    return folder


@pytest.fixture
def city(database, resources, clock):
    return City(database, resources, clock)


class City:
    """The county's people working by the new city's folder."""

    def __init__(self, database, resources, clock):
        self.database, self.resources, self.clock = database, resources, clock
        with database.writing() as session:
            self.county = make_county(session)
        self.deploy()

    def deploy(self):
        self.engine = Engine(self.resources, OPERATORS, JOB_HANDLERS)
        self.database.info.update(engine=self.engine, clock=self.clock)
        with self.database.writing() as session:
            return deploy_scheme(session, SYSTEM, self.clock, "tiny")

    def start(self, subject="case:1"):
        with self.database.writing() as session:
            start = Start("tiny", "tiny", subject, areas={"recognising": self.county.grids[0].id})
            instance_id = start_instance(session, self.county.actor("ybj_officer"), self.clock, start)
            session.commit()
        return instance_id

    def complete(self, login, element, form=None, subject="case:1"):
        with self.database.writing() as session:
            task = find_open_task(session, subject, element)
            complete_task(session, self.county.actor(login), self.clock, task.id, form or {})

    def instance(self, instance_id):
        with self.database.reading() as session:
            return session.get_one(ProcessInstance, instance_id)


ANSWER = {"amount": "12.50", "person": {"name": "张三"}}


def test_the_folder_is_found_and_sound(resources):
    assert list_schemes(resources) == ["tiny"]
    assert check_scheme(resources, "tiny", OPERATORS) == []
    assert load_scheme(resources, "tiny").name == "小方案"


def test_a_process_of_the_new_city_runs_to_its_end(city):
    instance_id = city.start()
    with pytest.raises(Invalid) as refused:
        city.complete("clerk_1", "ask", {"amount": "12.5元", "person": {}})
    assert {fault.where for fault in refused.value.faults} == {"/amount", "/person/name"}
    city.complete("clerk_1", "ask", ANSWER)
    with city.database.writing() as session:
        task = find_open_task(session, "case:1", "review")
        send_back_task(session, city.county.actor("ybj_officer"), city.clock, task.id, "ask", "金额有误")
    city.complete("clerk_1", "ask", ANSWER)
    city.complete("ybj_officer", "review")
    with city.database.writing() as session:
        send_message(session, city.clock, "go_on", "case:1", {}, "go_on:1")
        session.commit()
    run_due_jobs(city.database, city.engine, city.clock)
    city.complete("ybj_officer", "look")
    assert city.instance(instance_id).state == "ended"


def test_who_asks_may_not_review_in_the_new_city_either(city):
    city.start()
    city.complete("clerk_1", "ask", ANSWER)
    both = add_role(city, "clerk_1", "ybj", "ybj_officer")
    with city.database.writing() as session:
        task_id = find_open_task(session, "case:1", "review").id
        with pytest.raises(Denied) as refused:
            complete_task(session, both, city.clock, task_id, {})
    assert refused.value.code == "same_person"


def add_role(city, login, unit, role):
    actor = city.county.actor(login)
    unit_id = city.county.units[unit].id
    return replace(actor, memberships=(*actor.memberships, Membership(unit_id, role, city.county.county.path)))


def test_the_processes_common_to_all_cities_are_deployed_with_it(city):
    with city.database.reading() as session:
        assert current_definition(session, "tiny", "fix_account").scheme == "tiny"


def test_what_runs_keeps_the_version_it_began_with(city, resources):
    old = city.start("case:1")
    form = resources / "forms" / "tiny" / "answer.json"
    form.write_text(form.read_text().replace('"required": ["amount", "person"]', '"required": ["amount", "given_on"]'))
    assert [(d.process_key, d.version) for d in city.deploy()] == [("tiny", 2)]
    new = city.start("case:2")
    assert city.instance(old).definition_id != city.instance(new).definition_id
    with city.database.reading() as session:
        required = {}
        for subject in ("case:1", "case:2"):
            task = find_open_task(session, subject, "ask")
            required[subject] = get_task(session, city.county.actor("clerk_1"), task.id).schema["required"]
    assert required == {"case:1": ["amount", "person"], "case:2": ["amount", "given_on"]}
    city.complete("clerk_1", "ask", ANSWER)
    with pytest.raises(Invalid):
        city.complete("clerk_1", "ask", ANSWER, subject="case:2")


def test_a_city_with_any_fault_deploys_nothing(city, resources):
    before = _ids(city)
    diagram = resources / "bpmn" / "tiny" / "tiny.bpmn"
    diagram.write_text(diagram.read_text().replace("Lane_ybj_officer", "Lane_mayor", 1))
    (resources / "forms" / "tiny" / "answer.ui.json").write_text("{")
    with pytest.raises(Invalid) as refused:
        city.deploy()
    assert refused.value.code == "deployment_refused"
    assert {fault.code for fault in refused.value.faults} >= {"role_unknown", "form_broken"}
    assert _ids(city) == before


def _ids(city):
    with city.database.reading() as session:
        return set(session.scalars(select(Definition.id)))
