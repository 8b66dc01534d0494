"""The drawing tool: nothing on each other, everything in its lane, arrows upright and level and round the boxes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from tests.engine.catalogue.geometry import BPMN, DI, Drawing
from tests.engine.catalogue.sample import DIAGRAMS, check, sample_files
from tools.layout import lay_out

ROOT = Path(__file__).parents[3]
TRIED = [*sorted((ROOT / "bpmn").glob("*/*.bpmn")), *sorted(DIAGRAMS.glob("bpmn/*/*.bpmn"))]


@pytest.fixture
def laid_out(tmp_path):
    def lay(source: Path):
        path = shutil.copy(source, tmp_path)
        lay_out(Path(path))
        return etree.parse(path).getroot()

    return lay


@pytest.mark.parametrize("source", TRIED, ids=[f"{path.parent.name}/{path.name}" for path in TRIED])
def test_a_drawing_is_clean(laid_out, source):
    drawing = Drawing(laid_out(source))
    assert drawing.flows
    assert drawing.overlapping() == []
    assert drawing.outside_their_lane() == []
    assert drawing.slanted() == []
    assert drawing.loose() == []
    assert drawing.through_boxes() == []
    assert drawing.on_each_other() == []


def test_the_start_is_on_the_left_and_the_end_on_the_right(laid_out):
    boxes = Drawing(laid_out(DIAGRAMS / "bpmn/sample/sound.bpmn")).nodes
    assert min(boxes, key=lambda i: boxes[i].left) == "begin"
    assert max(boxes, key=lambda i: boxes[i].right) == "finish"


def test_drawing_again_changes_nothing(laid_out, tmp_path):
    laid_out(DIAGRAMS / "bpmn/sample/sound.bpmn")
    path = tmp_path / "sound.bpmn"
    once = path.read_bytes()
    lay_out(path)
    assert path.read_bytes() == once


def test_the_process_itself_stays_as_it_is(laid_out):
    source = DIAGRAMS / "bpmn/sample/sound.bpmn"
    before, after = etree.parse(source).getroot(), laid_out(source)
    told = [[(n.tag, dict(n.attrib), (n.text or "").strip()) for n in r.iter(f"{BPMN}*")] for r in (before, after)]
    assert told[0] == told[1]


def test_a_drawn_file_keeps_to_the_schema_of_bpmn(laid_out):
    root = laid_out(DIAGRAMS / "bpmn/sample/sound.bpmn")
    VALIDATOR.validate(etree.ElementTree(root))


def test_a_file_without_any_drawing_passes_the_check_after_it(tmp_path):
    files = sample_files()
    root = etree.fromstring(files["bpmn/sound.bpmn"])
    for diagram in root.findall(f"{DI}BPMNDiagram"):
        root.remove(diagram)
    path = tmp_path / "sound.bpmn"
    path.write_bytes(etree.tostring(root))
    bare = {fault.code for fault in check(files | {"bpmn/sound.bpmn": path.read_bytes()})}
    lay_out(path)
    assert bare == {"not_drawn"}
    assert check(files | {"bpmn/sound.bpmn": path.read_bytes()}) == []


def test_a_subprocess_is_drawn_on_a_plane_of_its_own(tmp_path):
    inside = (
        '<bpmn:subProcess id="around" name="里面"><bpmn:startEvent id="in_1"/><bpmn:endEvent id="in_2"/>'
        '<bpmn:sequenceFlow id="in_3" sourceRef="in_1" targetRef="in_2"/></bpmn:subProcess>'
        '<bpmn:sequenceFlow id="f_around" sourceRef="around" targetRef="part_finish"/>'
    )
    text = (DIAGRAMS / "bpmn/common/part.bpmn").read_text(encoding="utf-8")
    text = text.replace('targetRef="part_finish"', 'targetRef="around"')
    text = text.replace("</bpmn:process>", f"{inside}</bpmn:process>")
    path = tmp_path / "part.bpmn"
    path.write_text(text, encoding="utf-8")
    lay_out(path)
    root = etree.parse(path).getroot()
    assert [plane.get("bpmnElement") for plane in root.iter(f"{DI}BPMNPlane")] == ["part", "around"]
    assert {"in_1", "in_2", "around"} <= Drawing(root).nodes.keys()


def test_a_flow_to_nowhere_is_told(tmp_path):
    text = (DIAGRAMS / "bpmn/common/part.bpmn").read_text(encoding="utf-8")
    path = tmp_path / "part.bpmn"
    path.write_text(text.replace('targetRef="look"', 'targetRef="gone"'), encoding="utf-8")
    with pytest.raises(ValueError, match="part_1"):
        lay_out(path)
