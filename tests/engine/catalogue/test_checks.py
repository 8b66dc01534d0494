"""Each way of breaking a small sound scheme is refused with its place and a stable code, and all of them at once."""

from __future__ import annotations

import pytest

from tests.engine.catalogue.tiny import changed, faults_of, tiny_files

TINY, PART, DMN, SCHEME = "bpmn/tiny.bpmn", "bpmn/part.bpmn", "dmn/tiny.dmn", "scheme.json"
FORM, UI = "forms/answer.json", "forms/answer.ui.json"
FORMAL = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
CONDITION = f'{FORMAL}send_back_to = "ask"</bpmn:conditionExpression>'
REVIEW = '<spiffworkflow:property name="differsFrom" value="ask"/>'
SOURCE = "<bpmn:documentation>试用，无政策依据。</bpmn:documentation>\n"
LOOK = '<bpmn:userTask id="look" name="看一眼">'
CATCH = '<bpmn:messageEventDefinition id="go_on_message" messageRef="Message_go_on"/>'

# kind: (file, what is replaced by what, expected code, expected place)
BROKEN = {
    "not XML": (TINY, [("</bpmn:definitions>", "")], "not_xml", TINY),
    "not BPMN": (TINY, [("20100524/MODEL", "20100524/OTHER")], "not_bpmn", TINY),
    "a DOCTYPE": (TINY, [("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')], "doctype", TINY),
    "XSD violation": (TINY, [('isExecutable="true"', 'isExecutable="maybe"')], "schema", TINY),
    "script task": (
        PART, [(LOOK, '<bpmn:scriptTask id="look" name="x">'), ("</bpmn:userTask>", "</bpmn:scriptTask>")],
        "element_unsupported", f"{PART}#look",
    ),
    "script": (
        PART, [(LOOK, '<bpmn:scriptTask id="look" name="x">'),
               ("</bpmn:userTask>", "<bpmn:script>import os</bpmn:script></bpmn:scriptTask>")],
        "code_in_diagram", f"{PART}#look",
    ),
    "manual task": (
        PART, [(LOOK, '<bpmn:manualTask id="look" name="x">'), ("</bpmn:userTask>", "</bpmn:manualTask>")],
        "element_unsupported", f"{PART}#look",
    ),
    "business rule task": (
        PART, [(LOOK, '<bpmn:businessRuleTask id="look" name="x">'), ("</bpmn:userTask>", "</bpmn:businessRuleTask>")],
        "element_unsupported", f"{PART}#look",
    ),
    "inclusive gateway": (
        TINY,
        [("bpmn:exclusiveGateway", "bpmn:inclusiveGateway"), ("/bpmn:exclusiveGateway", "/bpmn:inclusiveGateway")],
        "element_unsupported", f"{TINY}#after_review",
    ),
    "Python condition": (
        TINY, [('tFormalExpression">send_back_to = "ask"', 'tFormalExpression" language="python">send_back_to == 1')],
        "code_in_diagram", f"{TINY}#back",
    ),
    "pre script": (
        TINY, [(f"<spiffworkflow:properties>\n          {REVIEW}",
                f"<spiffworkflow:preScript>x = 1</spiffworkflow:preScript><spiffworkflow:properties>{REVIEW}")],
        "code_in_diagram", f"{TINY}#review",
    ),
    "standard loop": (
        PART, [("</bpmn:userTask>", '<bpmn:standardLoopCharacteristics id="l"/></bpmn:userTask>')],
        "loop_unsupported", f"{PART}#l",
    ),
    "unsupported event": (
        TINY, [(CATCH, '<bpmn:signalEventDefinition id="go_on_signal"/>')], "event_unsupported", f"{TINY}#go_on",
    ),
    "event without anything to wait for": (TINY, [(CATCH, "")], "event_undefined", f"{TINY}#go_on"),
    "timer cycle": (
        TINY, [('<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P3D")</bpmn:timeDuration>',
                '<bpmn:timeCycle xsi:type="bpmn:tFormalExpression">"R3/PT1H"</bpmn:timeCycle>')],
        "timer_unsupported", f"{TINY}#late",
    ),
    "timer that is no time": (TINY, [('duration("P3D")', '"soon"')], "timer_invalid", f"{TINY}#late"),
    "timer without quotes": (TINY, [('duration("P3D")', "P3D")], "timer_invalid", f"{TINY}#late"),
    "unknown operator": (TINY, [("tiny.record", "tiny.recorded")], "operator_unknown", f"{TINY}#record"),
    "no operator": (
        TINY, [('<spiffworkflow:serviceTaskOperator id="tiny.record">', "<spiffworkflow:serviceTaskOperator>")],
        "operator_missing", f"{TINY}#record",
    ),
    "wrong parameters": (
        TINY, [('parameter id="note"', 'parameter id="words"')],
        "parameters_wrong", f"{TINY}#record",
    ),
    "unknown submit operator": (TINY, [("tiny.submit", "tiny.gone")], "operator_unknown", f"{TINY}#ask"),
    "prefill that wants a form": (
        TINY, [('"submitOperator"', '"prefillOperator"')], "parameters_wrong", f"{TINY}#ask",
    ),
    "missing form": (TINY, [("answer.json", "gone.json")], "form_missing", f"{TINY}#ask"),
    "ui schema without a form": (
        TINY, [('<spiffworkflow:property name="formJsonSchemaFilename" value="answer.json"/>', "")],
        "form_missing", f"{TINY}#ask",
    ),
    "unknown lane role": (PART, [("Lane_ybj_officer", "Lane_mayor")], "role_unknown", f"{PART}#Lane_mayor"),
    "role that no unit fills": (
        PART, [("Lane_ybj_officer", "Lane_finance_officer")], "role_unfilled", f"{PART}#Lane_finance_officer",
    ),
    "task in no lane": (PART, [("<bpmn:flowNodeRef>look</bpmn:flowNodeRef>", "")], "lane_missing", f"{PART}#look"),
    "task in two lanes": (
        TINY, [("<bpmn:flowNodeRef>review</", "<bpmn:flowNodeRef>ask</bpmn:flowNodeRef><bpmn:flowNodeRef>review</")],
        "lane_twice", f"{TINY}#ask",
    ),
    "lane of nobody": (
        PART, [("<bpmn:flowNodeRef>look</", "<bpmn:flowNodeRef>gone</bpmn:flowNodeRef><bpmn:flowNodeRef>look</")],
        "lane_member_unknown", f"{PART}#Lane_ybj_officer",
    ),
    "unparsable condition": (TINY, [('send_back_to = "ask"', "send_back_to =")], "feel_syntax", f"{TINY}#back"),
    "unparsable parameter": (TINY, [("&quot;已登记&quot;", "1 +")], "feel_syntax", f"{TINY}#record"),
    "unreachable node": (TINY, [('sourceRef="go_on" targetRef="call_part"', 'sourceRef="go_on" targetRef="finish"')],
                         "unreachable", f"{TINY}#call_part"),
    "dead end": (
        TINY, [('<bpmn:sequenceFlow id="f5" sourceRef="call_part" targetRef="finish"/>', "")],
        "dead_end", f"{TINY}#call_part",
    ),
    "flow to nowhere": (
        TINY, [('id="f5" sourceRef="call_part" targetRef="finish"', 'id="f5" sourceRef="call_part" targetRef="gone"')],
        "flow_loose", f"{TINY}#f5",
    ),
    "flow into the start": (
        TINY, [('id="f5" sourceRef="call_part" targetRef="finish"', 'id="f5" sourceRef="call_part" targetRef="start"')],
        "flow_into_event", f"{TINY}#f5",
    ),
    "gateway without default": (TINY, [(' default="accepted"', "")], "no_default", f"{TINY}#after_review"),
    "default that is not its own": (
        TINY, [('default="accepted"', 'default="f3"')],
        "default_unknown", f"{TINY}#after_review",
    ),
    "missing condition": (TINY, [(CONDITION, "")], "condition_missing", f"{TINY}#back"),
    "condition that nobody reads": (
        TINY, [('<bpmn:sequenceFlow id="f3" sourceRef="record" targetRef="go_on"/>',
                f'<bpmn:sequenceFlow id="f3" sourceRef="record" targetRef="go_on">{CONDITION}</bpmn:sequenceFlow>')],
        "condition_ignored", f"{TINY}#f3",
    ),
    "two ways out of a task": (
        TINY,
        [("</bpmn:process>", '<bpmn:sequenceFlow id="f9" sourceRef="record" targetRef="finish"/></bpmn:process>')],
        "implicit_split", f"{TINY}#record",
    ),
    "way back to nobody": (
        TINY, [('send_back_to = "ask"', 'send_back_to = "gone"')],
        "way_back_unknown", f"{TINY}#back",
    ),
    "way back drawn elsewhere": (
        TINY, [('send_back_to = "ask"', 'send_back_to = "review"')], "way_back_elsewhere", f"{TINY}#back",
    ),
    "duplicate id": (TINY, [('id="late_timer"', 'id="review"')], "id_twice", f"{TINY}#review"),
    "id that is too long": (PART, [('id="p1"', f'id="p{"1" * 70}"')], "id_too_long", f"{PART}#p{'1' * 70}"),
    "process id twice": (PART, [('process id="part"', 'process id="tiny"')], "process_twice", f"{TINY}#tiny"),
    "process that is not executable": (PART, [(' isExecutable="true"', "")], "not_executable", f"{PART}#part"),
    "unknown called process": (
        TINY, [('calledElement="part"', 'calledElement="gone"')],
        "process_unknown", f"{TINY}#call_part",
    ),
    "process that calls itself": (
        TINY, [('calledElement="part"', 'calledElement="tiny"')], "call_circular", f"{TINY}#call_part",
    ),
    "unknown message": (
        TINY, [('messageRef="Message_go_on"', 'messageRef="Message_gone"')],
        "message_unknown", f"{TINY}#go_on",
    ),
    "message caught without naming it": (
        TINY, [(' messageRef="Message_go_on"', "")],
        "message_unknown", f"{TINY}#go_on",
    ),
    "message without a name": (TINY, [(' name="go_on"', "")], "message_unnamed", f"{TINY}#Message_go_on"),
    "message that nobody awaits": (
        TINY, [("<bpmn:message ", '<bpmn:message id="M2" name="other"/><bpmn:message ')],
        "message_uncaught", f"{TINY}#M2",
    ),
    "missing source": (PART, [(SOURCE, "\n")], "source_missing", f"{PART}#look"),
    "empty source": (PART, [("试用，无政策依据。", "  ")], "source_missing", f"{PART}#look"),
    "differsFrom unknown": (
        TINY, [('"differsFrom" value="ask"', '"differsFrom" value="asked"')],
        "differs_from_unknown", f"{TINY}#review",
    ),
    "differsFrom itself": (
        TINY, [('"differsFrom" value="ask"', '"differsFrom" value="review"')],
        "differs_from_itself", f"{TINY}#review",
    ),
    "days not a number": (
        TINY, [('"dueWorkingDays" value="5"', '"dueWorkingDays" value="five"')],
        "not_a_number", f"{TINY}#ask",
    ),
    "days without end": (
        TINY, [('"dueWorkingDays" value="5"', '"dueWorkingDays" value="99999999"')],
        "number_too_high", f"{TINY}#ask",
    ),
    "unknown property": (TINY, [('name="dueWorkingDays"', 'name="dueDays"')], "property_unknown", f"{TINY}#ask"),
    "unknown area": (TINY, [('"dueWorkingDays" value="5"', '"area" value="home"')], "area_unknown", f"{TINY}#ask"),
    "task without a name": (PART, [(' name="看一眼"', "")], "name_missing", f"{PART}#look"),
    "unknown decision": (
        TINY, [('"calledDecisionId" value="grade"', '"calledDecisionId" value="graded"')],
        "decision_unknown", f"{TINY}#ask",
    ),
    "no drawing of one element": (
        PART, [('bpmnElement="look"', 'bpmnElement="looked"')],
        "not_drawn", f"{PART}#look",
    ),
    "broken DMN cell": (DMN, [("<text>&lt;= 100</text>", "<text>&lt;= </text>")], "syntax", f"{DMN}#grade_table"),
    "decision of two files": ("dmn/more.dmn", None, "decision_twice", "dmn/tiny.dmn#grade"),
    "broken form schema": (FORM, [('"type": "object"', '"type": "obejct"')], "form_broken", FORM),
    "form that is no JSON": (FORM, [("{", "")], "form_broken", FORM),
    "remote $ref": (FORM, [("#/$defs/yuan", "https://example.org/yuan.json")], "form_broken", FORM),
    "open form": (FORM, [('"additionalProperties": false', '"additionalProperties": true')], "form_open", f"{FORM}#"),
    "open part of a form": (
        FORM, [('"type": "object",\n      "additionalProperties": false', '"type": "object"')],
        "form_open", f"{FORM}#/properties/person",
    ),
    "money as a number": (
        FORM, [('"type": "integer"', '"type": "number"')],
        "form_number", f"{FORM}#/properties/rows/items/properties/count",
    ),
    "loose pattern": (
        FORM, [('(\\\\.[0-9]{1,2})?$"', '(\\\\.[0-9]{1,2})?"')],
        "pattern_loose", f"{FORM}#/$defs/yuan",
    ),
    "required inside that nobody asks": (
        FORM, [('"required": ["name"]', '"required": ["nmae"]')],
        "form_required_unknown", f"{FORM}#/properties/person",
    ),
    "ui schema of another form": (UI, [('"amount"', '"amuont"')], "form_ui_unknown", f"{UI}#/amuont"),
    "ui schema that is no JSON": (UI, [("}", "")], "form_broken", UI),
    "scheme that is no JSON": (SCHEME, [("{", "")], "not_json", SCHEME),
    "scheme of another name": (SCHEME, [('"id": "tiny"', '"id": "small"')], "scheme_renamed", f"{SCHEME}#/id"),
    "scheme without a level": (SCHEME, [('"org_level": "county",', "")], "scheme_incomplete", f"{SCHEME}#/org_level"),
    "scheme with an unknown level": (SCHEME, [('"county"', '"village"')], "level_unknown", f"{SCHEME}#/org_level"),
    "scheme whose units are a list": (
        SCHEME, [('"categories": {"db": "低保对象"}', '"categories": []')],
        "scheme_shape", f"{SCHEME}#/categories",
    ),
    "unit with an unknown role": (
        SCHEME, [('["ybj_officer"]', '["ybj_officer", "king"]')],
        "role_unknown", f"{SCHEME}#/units/ybj/roles",
    ),
    "member that is no unit": (
        SCHEME, [('"unit": "ybj"', '"unit": "xyz"')],
        "unit_unknown", f"{SCHEME}#/member_units/0",
    ),
    "member with an unknown payer": (
        SCHEME, [('"payers": ["charity"]', '"payers": ["lottery"]')],
        "payer_unknown", f"{SCHEME}#/member_units/0",
    ),
    "unknown paying category": (
        SCHEME, [('"paying_categories": ["db"]', '"paying_categories": ["dbx"]')],
        "category_unknown", f"{SCHEME}#/paying_categories",
    ),
    "rule of an unknown decision": (
        SCHEME, [('"decision": "grade"', '"decision": "graded"')],
        "decision_unknown", f"{SCHEME}#/rules/tiny.grade",
    ),
}  # fmt: skip


def broken(kind):
    name, pairs, _code, _where = BROKEN[kind]
    files = tiny_files()
    if pairs is None:
        return {name: files[DMN], **files}
    return changed(files, name, *pairs)


def test_the_tiny_scheme_is_sound():
    assert faults_of(tiny_files()) == []


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_refused_with_its_place(kind):
    _name, _pairs, code, where = BROKEN[kind]
    found = faults_of(broken(kind))
    assert [fault for fault in found if fault.code == code and fault.where.startswith(where)], found
    assert all(not fault.message.isascii() for fault in found), "people read Chinese"


def test_an_expression_is_told_with_line_and_column():
    files = changed(tiny_files(), TINY, ('send_back_to = "ask"', 'send_back_to\n   == "ask"'))
    (fault,) = [fault for fault in faults_of(files) if fault.code == "feel_syntax"]
    assert "第 2 行第 5 列" in fault.message
    assert "一个等号" in fault.message


def test_a_cell_of_a_table_is_told_with_row_cell_and_column():
    (fault,) = faults_of(broken("broken DMN cell"))
    assert "第 1 行" in fault.message
    assert "列" in fault.message


def test_all_faults_of_all_files_come_at_once():
    files = tiny_files()
    for name, old, new in [
        (TINY, 'default="accepted"', ""), (TINY, "tiny.record", "tiny.gone"), (PART, SOURCE, "\n"),
        (DMN, "&lt;= 100", "&lt;="), (FORM, '"type": "integer"', '"type": "number"'),
        (SCHEME, '"unit": "ybj"', '"unit": "x"'),
    ]:  # fmt: skip
        files = changed(files, name, (old, new))
    codes = {fault.code for fault in faults_of(files)}
    assert codes >= {"no_default", "operator_unknown", "source_missing", "syntax", "form_number", "unit_unknown"}


def test_a_broken_file_does_not_hide_the_faults_of_the_others():
    files = changed(tiny_files(), PART, ("</bpmn:definitions>", ""))
    files = changed(files, TINY, ("tiny.record", "tiny.gone"))
    assert {"not_xml", "operator_unknown"} <= {fault.code for fault in faults_of(files)}


def test_an_unreadable_table_is_no_proof_that_its_decision_does_not_exist():
    assert "decision_unknown" not in {fault.code for fault in faults_of(broken("broken DMN cell"))}


def test_a_diagram_without_any_drawing_says_how_to_draw_it():
    text = tiny_files()[PART].decode()
    start, end = text.index("<bpmndi:BPMNDiagram"), text.index("</bpmn:definitions>")
    (fault,) = faults_of({**tiny_files(), PART: (text[:start] + text[end:]).encode()})
    assert fault.code == "not_drawn"
    assert "tools.layout" in fault.message


def test_two_forms_may_have_the_same_id():
    files = changed(tiny_files(), PART, (SOURCE, SOURCE + "<bpmn:extensionElements><spiffworkflow:properties>"
        '<spiffworkflow:property name="formJsonSchemaFilename" value="second.json"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"))  # fmt: skip
    assert faults_of({**files, "forms/second.json": files[FORM]}) == []


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<a>" * 5000, b"<?xml version='1.0' encoding='x'?><a/>"])
def test_no_content_is_too_broken_to_be_refused(content):
    found = faults_of({**tiny_files(), PART: content, DMN: content, FORM: content, SCHEME: content})
    assert {PART, SCHEME, FORM} <= {fault.where for fault in found}
    assert any(fault.where.startswith(DMN) for fault in found)
