"""A compiled definition runs the same when the instance is saved and restored after every step, without its specs."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import ServiceTaskMixin
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from app.engine.specs import load_spec
from app.engine.state import pack, settle, unpack
from app.feel import FeelSyntaxError, UnknownName
from tests.engine.catalogue.sample import SCHEME, sample_files


@pytest.fixture(scope="module")
def definition():
    files = {name: content for name, content in sample_files().items() if name != SCHEME}
    return load_spec("x", "sample", "sound", files)


class Run:
    """An instance of the sample process; `often` saves and restores it between all steps."""

    def __init__(self, definition, *, often: bool):
        self.definition, self.often = definition, often
        self.tree, self.passed = definition.fresh_tree, []
        self._restore()
        self.workflow.data.update(round_id=3)
        self.workflow.task_tree.data.update(round_id=3, units=[7, 8, 9], send_back_to="")
        self._run_on()

    def _restore(self):
        parts = self.definition.spec, self.definition.subprocess_specs, self.definition.script_engine
        self.workflow, self.books = unpack(self.tree, *parts)

    def _keep(self):
        if self.often:
            self.tree = pack(settle(self.workflow, self.books), self.books)
            self._restore()

    def _run_on(self):
        while ready := [t for t in self.workflow.get_tasks(state=TaskState.READY) if not t.task_spec.manual]:
            token = ready[0]
            if isinstance(token.task_spec, ServiceTaskMixin):
                note = self.definition.elements[token.task_spec.bpmn_id].parameters["note"]
                token.data["note"] = self.definition.script_engine.evaluate(token, note)
                token.complete()
            else:
                token.run()
        self._keep()

    def open(self) -> list[str]:
        ready = self.workflow.get_tasks(state=TaskState.READY)
        return sorted(token.task_spec.bpmn_id for token in ready if token.task_spec.manual)

    def complete(self, element: str, **data):
        token = next(t for t in self.workflow.get_tasks(state=TaskState.READY) if t.task_spec.bpmn_id == element)
        self.passed.append((element, token.data.get("unit_id")))
        token.data.update(data)
        token.run()
        self._run_on()

    def happen(self, element: str, name: str | None = None):
        """The message of that name, or the timer, reaches the waiting element."""
        [token] = [
            t for t in self.workflow.get_tasks(state=TaskState.WAITING)
            if element in (t.task_spec.bpmn_id, t.task_spec.name) and hasattr(t.task_spec, "event_definition")
        ]  # fmt: skip
        awaited = token.task_spec.event_definition
        for event in getattr(awaited, "event_definitions", [awaited]):
            if name is None or (isinstance(event, MessageEventDefinition) and event.name == name):
                token.task_spec.catch(token, BpmnEvent(event, payload={}))
                token.task_spec._update(token)
                break
        self._run_on()


def run_to_the_end(definition, *, often: bool) -> Run:
    run = Run(definition, often=often)
    run.complete("file", amount_known=True)
    run.complete("check", send_back_to="file")
    assert run.open() == ["file"]
    run.complete("file", send_back_to="")
    run.complete("check")
    assert run.open() == ["ask_units", "ask_units", "ask_units", "look"]
    run.complete("ask_units")
    run.complete("look", looked=True)
    run.complete("ask_units")
    run.complete("ask_units")
    assert run.open() == []
    run.happen("wait", "done")
    return run


@pytest.mark.parametrize("often", [False, True])
def test_lanes_gateways_many_units_a_called_process_and_a_race_of_messages_run_to_the_end(definition, often):
    run = run_to_the_end(definition, often=often)
    assert run.workflow.completed
    last = run.workflow.last_task.data
    assert last["looked"] is True
    assert last["note"] == "第3"


def test_saving_and_restoring_changes_nothing(definition):
    at_once, often = (run_to_the_end(definition, often=flag) for flag in (False, True))
    assert at_once.passed == often.passed
    assert at_once.workflow.last_task.data == often.workflow.last_task.data


def test_a_boundary_timer_still_ends_the_task_after_restoring(definition):
    run = Run(definition, often=True)
    assert run.open() == ["file"]
    run.happen("too_late")
    assert run.open() == []
    assert run.workflow.completed


def test_the_saved_state_holds_no_specs(definition):
    run = Run(definition, often=True)
    for word in (b"sample.record", b"duration", b"task_specs", b"typename"):
        assert word not in run.tree
    assert len(definition.fresh_tree) < 512


def test_parameters_and_conditions_are_feel(definition):
    engine = definition.script_engine
    token = Run(definition, often=False).workflow.task_tree
    assert engine.evaluate(token, 'if send_back_to = "file" then 1 else round_id') == 3
    with pytest.raises(UnknownName):
        engine.evaluate(token, "__import__")
    with pytest.raises(FeelSyntaxError):
        engine.evaluate(token, "[x for x in ()]")


def test_scripts_and_services_are_refused_by_the_engine_itself(definition):
    token = Run(definition, often=False).workflow.task_tree
    with pytest.raises(PermissionError):
        definition.script_engine.execute(token, "open('/tmp/x', 'w')")
    with pytest.raises(PermissionError):
        definition.script_engine.call_service(token, operation_name="os.system")


def test_elements_know_what_the_diagram_says(definition):
    filing = definition.elements["file"]
    assert (filing.role, filing.area, filing.title) == ("township_clerk", "residence", "填报金额")
    assert (filing.due_working_days, filing.remind_working_days, filing.priority) == (10, 7, 60)
    assert (filing.prefill_operator, filing.submit_operator) == ("sample.prefill", "sample.submit")
    assert filing.documentation == "样例文件 一"
    assert definition.elements["check"].differs_from == ("file",)
    assert definition.elements["check"].decisions == ("agreed",)
    assert definition.elements["ask_units"].unit == "unit_id"
    assert definition.elements["record"].parameters == {"note": '"第" + string(round_id)'}
    assert definition.elements["look"].role == "reviewer"
