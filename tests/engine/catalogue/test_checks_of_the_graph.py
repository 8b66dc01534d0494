"""What is wrong with the graph, the events and the data of a diagram, beside what test_checks.py breaks."""

from __future__ import annotations

import pytest

from tests.engine.catalogue.sample import FORM, PART, SOUND, check, sample_files

END = "</bpmn:process>"
PART_START = '<bpmn:startEvent id="part_begin"'
PART_END = '<bpmn:endEvent id="part_finish" name="结束"'
PROPERTIES = "<spiffworkflow:properties>"
INSTRUCTIONS = "<spiffworkflow:instructionsForEndUser>x</spiffworkflow:instructionsForEndUser>"
SUBPROCESS = (
    '<bpmn:subProcess id="around"><bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>'
    '<bpmn:sequenceFlow id="i" sourceRef="look" targetRef="out"/></bpmn:subProcess>'
)
MANY = (
    "<bpmn:loopDataInputRef>units</bpmn:loopDataInputRef>\n"
    '        <bpmn:inputDataItem id="unit_id" name="unit_id"/>'
)

# what is wrong: (file, [(text, what stands there instead)], code, element)
BROKEN = {
    "an extension of the modeller": (SOUND, [(PROPERTIES, INSTRUCTIONS + PROPERTIES)], "extension_unsupported", "file"),
    "a data object": (SOUND, [(END, f'<bpmn:dataObject id="list"/>{END}')], "data_unsupported", "list"),
    "a correlation": (
        PART, [("<bpmn:process ", '<bpmn:correlationProperty id="key" type="t"/><bpmn:process ')],
        "correlation_unsupported", "key",
    ),
    "a message at the end": (
        PART, [(f"{PART_END}/>", f'{PART_END}><bpmn:messageEventDefinition id="m"/></bpmn:endEvent>')],
        "event_unsupported", "part_finish",
    ),
    "a node without an id": (PART, [('bpmn:userTask id="look"', "bpmn:userTask")], "id_missing", "part"),
    "no start": (PART, [("startEvent", "endEvent")], "no_start", "part"),
    "two starts": (PART, [(PART_START, f'<bpmn:startEvent id="other"/>{PART_START}')], "start_twice", "part"),
    "an end that goes on": (
        PART, [(END, f'<bpmn:sequenceFlow id="on" sourceRef="part_finish" targetRef="look"/>{END}')],
        "end_left", "part_finish",
    ),
    "a flow into a subprocess": (PART, [(END, SUBPROCESS + END)], "flow_crosses", "i"),
    "a boundary event on nothing": (
        SOUND, [('attachedToRef="file"', 'attachedToRef="gone"')], "host_unknown", "too_late",
    ),
    "a boundary event on a gateway": (
        SOUND, [('attachedToRef="file"', 'attachedToRef="wait"')], "host_unknown", "too_late",
    ),
    "a race that leads to a task": (
        SOUND, [('sourceRef="wait" targetRef="stopped"', 'sourceRef="wait" targetRef="check"')],
        "event_gateway_target", "check",
    ),
    "a race of one": (SOUND, [('sourceRef="wait" targetRef="stopped"', 'sourceRef="both" targetRef="stopped"')],
                      "event_gateway_single", "wait"),
    "a way back that nobody is offered": (
        SOUND, [('sourceRef="check" targetRef="choose"', 'sourceRef="done" targetRef="choose"')],
        "way_back_unoffered", "back",
    ),
    "a message twice": (SOUND, [('id="Message_done" name="done"', 'id="Message_done" name="stop"')],
                        "message_twice", "Message_done"),
    "a role that no unit fills": (SOUND, [("Lane_ybj_officer", "Lane_finance_officer")],
                                  "role_unfilled", "Lane_finance_officer"),
    "a loop over nothing": (SOUND, [(MANY, "")], "not_runnable", "ask_units"),
    "a form that is no object": (FORM, [('"type": "object"', '"type": "array"')], "form_not_object", None),
    "a decision that the form does not ask": (FORM, [('"agreed"', '"consent"')],
                                              "decision_field_unknown", "/properties/agreed"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_refused_with_its_place_and_code(what):
    name, changes, code, element = BROKEN[what]
    files = sample_files()
    text = files[name].decode()
    for before, instead in changes:
        assert before in text
        text = text.replace(before, instead)
    faults = check(files | {name: text.encode()})
    where = name if element is None else f"{name}#{element}"
    assert (where, code) in {(fault.where, fault.code) for fault in faults}


def test_a_fault_of_a_diagram_knows_its_line():
    files = sample_files()
    [fault, *_] = check(files | {SOUND: files[SOUND].replace(b' default="passed"', b"")})
    line = files[SOUND].decode().splitlines()[int(str(fault.detail["line"])) - 1]
    assert (fault.code, 'id="choose"' in line) == ("no_default", True)
