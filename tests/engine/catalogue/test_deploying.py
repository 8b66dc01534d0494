"""Deploying: a scheme is stored whole or not at all, by content, in versions; what runs keeps what it started with."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlalchemy import func, select

from app.access.models import Audit
from app.engine import Engine
from app.engine.catalogue import check_scheme, current_definition, deploy_scheme, list_definitions, load_definition
from app.engine.decisions import evaluate
from app.engine.models import Definition, DefinitionBlob
from app.kernel.actors import SYSTEM
from app.kernel.errors import Invalid, NotFound
from tests.engine.catalogue.sample import DIAGRAMS, OPERATORS


@pytest.fixture
def resources(tmp_path):
    return shutil.copytree(DIAGRAMS, tmp_path / "resources")


@pytest.fixture
def deploy(database, clock, resources):
    def run(scheme="sample"):
        database.info["engine"] = Engine(resources, OPERATORS)
        with database.writing() as session:
            return [(d.process_key, d.version) for d in deploy_scheme(session, SYSTEM, clock, scheme)]

    return run


@pytest.fixture
def change(resources):
    def replace(name, text, instead):
        path = resources / name
        before = path.read_text(encoding="utf-8")
        assert text in before
        path.write_text(before.replace(text, instead), encoding="utf-8")

    return replace


def rows(database, *columns):
    with database.reading() as session:
        return session.execute(select(*columns)).all()


def test_the_first_deployment_stores_every_process(deploy, database):
    assert deploy() == [("part", 1), ("sound", 1)]
    with database.reading() as session:
        sound = current_definition(session, "sample", "sound")
        part = current_definition(session, "sample", "part")
    assert set(sound.content) == {
        "bpmn/part.bpmn", "bpmn/sound.bpmn", "dmn/sound.dmn", "forms/file.json", "forms/file.ui.json",
    }  # fmt: skip
    assert set(part.content) == {"bpmn/part.bpmn", "dmn/sound.dmn"}


def test_deploying_the_same_again_changes_nothing(deploy, database):
    deploy()
    before = rows(database, Definition.id, Definition.version, Definition.current)
    assert deploy() == []
    assert rows(database, Definition.id, Definition.version, Definition.current) == before


def test_a_changed_form_makes_a_new_version_of_the_processes_that_use_it_only(deploy, change, database):
    deploy()
    change("forms/sample/file.json", '"maxLength": 20', '"maxLength": 30')
    assert deploy() == [("sound", 2)]
    with database.reading() as session:
        assert [d.version for d in list_definitions(session, "sample") if d.process_key == "sound"] == [2, 1]
        assert current_definition(session, "sample", "sound").version == 2
        assert current_definition(session, "sample", "part").version == 1


def test_an_old_version_keeps_its_forms_and_its_tables(deploy, change, database):
    deploy()
    with database.reading() as session:
        first = current_definition(session, "sample", "sound").id
    change("forms/sample/file.json", '"maxLength": 20', '"maxLength": 30')
    change("bpmn/sample/sound.dmn", "cost - 5000", "cost - 6000")
    deploy()
    with database.reading() as session:
        second = current_definition(session, "sample", "sound").id
        lengths = [
            load_definition(session, i).forms["file"].schema["properties"]["note"]["maxLength"] for i in (first, second)
        ]
        amounts = [evaluate(session, i, "amount", {"cost": 7000}).value for i in (first, second)]
    assert lengths == [20, 30]
    assert amounts == [2000, 1000]


def test_going_back_to_old_files_makes_the_old_version_current(deploy, change, database):
    deploy()
    change("forms/sample/file.json", '"maxLength": 20', '"maxLength": 30')
    deploy()
    change("forms/sample/file.json", '"maxLength": 30', '"maxLength": 20')
    assert deploy() == [("sound", 1)]
    with database.reading() as session:
        current = [d.version for d in list_definitions(session) if d.process_key == "sound" and d.current]
    assert current == [1]


def test_a_process_that_is_gone_starts_no_more(deploy, change, resources, database):
    deploy()
    change("bpmn/common/part.bpmn", 'id="part"', 'id="portion"')
    change("bpmn/common/part.bpmn", 'bpmnElement="part"', 'bpmnElement="portion"')
    change("bpmn/sample/sound.bpmn", 'calledElement="part"', 'calledElement="portion"')
    assert deploy() == [("portion", 1), ("sound", 2)]
    with database.reading() as session, pytest.raises(NotFound) as refused:
        current_definition(session, "sample", "part")
    assert refused.value.code == "process_not_deployed"


def test_a_scheme_with_any_fault_is_refused_whole_and_nothing_is_stored(deploy, change, database):
    change("bpmn/sample/sound.bpmn", ' default="passed"', "")
    change("forms/sample/file.json", '"boolean"', '"number"')
    with pytest.raises(Invalid) as refused:
        deploy()
    assert refused.value.code == "deployment_refused"
    assert {fault.code for fault in refused.value.faults} >= {"no_default", "form_number"}
    assert rows(database, func.count(Definition.id)) == rows(database, func.count(DefinitionBlob.hash)) == [(0,)]


def test_a_refused_scheme_leaves_the_current_version_in_place(deploy, change, database):
    deploy()
    change("bpmn/sample/sound.bpmn", "sample.record", "sample.recrod")
    with pytest.raises(Invalid):
        deploy()
    with database.reading() as session:
        assert current_definition(session, "sample", "sound").version == 1


def test_a_file_of_the_scheme_goes_before_the_common_one(deploy, resources, database):
    common = (resources / "bpmn/common/part.bpmn").read_text(encoding="utf-8")
    (resources / "bpmn/sample/part.bpmn").write_text(common.replace('name="查看"', 'name="细看"'), encoding="utf-8")
    deploy()
    with database.reading() as session:
        loaded = load_definition(session, current_definition(session, "sample", "part").id)
    assert loaded.elements["look"].title == "细看"


def test_another_scheme_has_definitions_of_its_own(deploy, resources, database):
    shutil.copytree(resources / "bpmn/sample", resources / "bpmn/other")
    shutil.copytree(resources / "forms/sample", resources / "forms/other")
    said = json.loads((resources / "bpmn/other/scheme.json").read_text(encoding="utf-8")) | {"id": "other"}
    (resources / "bpmn/other/scheme.json").write_text(json.dumps(said), encoding="utf-8")
    deploy("sample")
    assert deploy("other") == [("part", 1), ("sound", 1)]
    assert len({row.id for row in rows(database, Definition.id)}) == 4
    with database.reading() as session:
        assert {d.scheme for d in list_definitions(session, "other")} == {"other"}


def test_deploying_is_in_the_audit(deploy, database):
    deploy()
    kinds = [row.kind for row in rows(database, Audit.kind)]
    assert kinds.count("definition_deployed") == 2


@pytest.mark.parametrize("scheme", ["nobody", "../sample", "", "common", "sample/../sample"])
def test_a_scheme_that_is_not_there_is_not_found(resources, scheme):
    with pytest.raises(NotFound) as refused:
        check_scheme(resources, scheme, OPERATORS)
    assert refused.value.code == "scheme_not_found"
