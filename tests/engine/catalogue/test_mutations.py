"""Whatever a sound scheme lacks: the check tells it, or the scheme still compiles; the check itself never breaks."""

from __future__ import annotations

import copy
import json

import pytest
from lxml import etree

from app.engine.elements import read_elements
from app.engine.specs import load_spec, read_xml
from app.kernel.errors import Fault
from tests.engine.catalogue.sample import FORM, PART, SCHEME, SOUND, TABLE, UI, check, sample_files

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def without_one_element(content: bytes):
    """Copies of a document, each without one element of the model; the drawing is left alone."""
    whole = etree.fromstring(content)
    for n, node in enumerate(whole.iter()):
        if isinstance(node.tag, str) and (node.tag.startswith(MODEL) or "spiff" in node.tag) and node is not whole:
            cut = copy.deepcopy(whole)
            gone = list(cut.iter())[n]
            gone.getparent().remove(gone)
            yield f"without {gone.tag.rpartition('}')[2]} {gone.get('id')}", etree.tostring(cut)


def without_one_attribute(content: bytes):
    whole = etree.fromstring(content)
    for n, node in enumerate(whole.iter()):
        for key in node.attrib if isinstance(node.tag, str) and node.tag.startswith(MODEL) else ():
            cut = copy.deepcopy(whole)
            del list(cut.iter())[n].attrib[key]
            yield f"{node.get('id')} without {key}", etree.tostring(cut)


def without_one_member(value, path=()):
    """Copies of a JSON value, each with one member taken out or made something else."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        for instead in (None, [], {}, 7, "x"):
            changed = copy.deepcopy(value)
            changed[key] = instead
            yield (*path, key, instead), changed
        for deeper, part in without_one_member(inner, (*path, key)):
            yield deeper, {**value, key: part} if isinstance(value, dict) else [*value[:key], part, *value[key + 1 :]]


def assert_told_or_sound(what: object, files: dict[str, bytes]) -> None:
    faults = check(files)
    assert all(isinstance(fault, Fault) and fault.where and fault.message for fault in faults), what
    if not faults:
        for key in ("sound", "part"):
            load_spec("x", "sample", key, {name: content for name, content in files.items() if name != SCHEME})


@pytest.mark.parametrize("name", [SOUND, PART])
@pytest.mark.parametrize("cut", [without_one_element, without_one_attribute])
def test_a_diagram_that_lacks_one_thing_is_told_or_sound(name, cut):
    files = sample_files()
    count = 0
    for what, content in cut(files[name]):
        assert_told_or_sound(what, files | {name: content})
        count += 1
    assert count > 10


@pytest.mark.parametrize("name", [FORM, UI, SCHEME])
def test_json_that_lacks_one_thing_is_told_or_sound(name):
    files = sample_files()
    for what, value in without_one_member(json.loads(files[name])):
        assert_told_or_sound(what, files | {name: json.dumps(value).encode()})


@pytest.mark.parametrize("name", [SOUND, TABLE, FORM, UI, SCHEME])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"null", b"[]", b"<a/>", b"<a", b'"x"', b"\x00" * 64, b"{" * 5000]
)
def test_a_file_that_is_something_else_is_told(name, content):
    faults = check(sample_files() | {name: content})
    assert name in {fault.where.partition("#")[0] for fault in faults}


def test_a_way_back_is_offered_where_it_is_drawn():
    elements = read_elements(read_xml(sample_files()[SOUND]))
    assert elements["check"].send_back_targets == ("file",)
    assert elements["file"].send_back_targets == ()
