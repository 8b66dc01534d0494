"""Every table says where it comes from and from when it holds; every default about money can be seen and changed."""

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from app.engine.specs import read_decisions
from app.rulebook import FUNCTIONS, list_rules

ROOT = Path(__file__).parents[2]
DMN = "{*}"  # of any version
FILES = sorted((ROOT / "bpmn").glob("*/*.dmn"))
SOURCE = re.compile(r"『[^』]+』(『[^』]+』)*\[S[0-4]|A-[A-Z]+-[0-9]+")  # a clause, or the default that stands for one
SILENT = re.compile(r"文中没有规定|默认|不在.+之内|为限")  # no text speaks of it, and the row says so openly
REFUSAL = re.compile(r"不能计算|不计算|报错|不能为负")  # what cannot be counted needs no clause
CONVERSIONS = {"event_moment", "day", "fade_until"}  # a date as it came, turned into one that can be compared
# The defaults about money: general ones, who is paid, Shengzhou's and Shaoxing's (policy-facts section 10).
DEFAULTS = {
    *(f"A-GEN-{n}" for n in range(1, 8)),
    "A-CAT-1",
    *(f"A-SZ-{n}" for n in range(1, 15)),
    *(f"A-SX-{n}" for n in range(1, 17)),
}


def parts(file, tag):
    return etree.parse(file).iter(f"{DMN}{tag}")


def problems(file):
    """Decisions that only refuse what cannot be counted."""
    return {decision.get("id") for decision in parts(file, "decision") if decision.get("id").endswith("_problem")}


def says_why(words):
    return any(mark.search(words) for mark in (SOURCE, SILENT, REFUSAL))


def named(file):
    return f"{file.parent.name}/{file.name}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_every_decision_names_its_clause_and_the_day_from_which_it_holds(file):
    model = read_decisions(file.read_bytes(), named(file))
    timeless = [decision.id for decision in model.decisions.values() if decision.effective_from is None]
    silent = [
        decision.get("id")
        for decision in parts(file, "decision")
        if not says_why("".join(decision.itertext())) and decision.get("id") not in CONVERSIONS | problems(file)
    ]
    assert (silent, timeless) == ([], [])


@pytest.mark.parametrize("file", FILES, ids=named)
def test_every_row_of_every_table_names_its_clause(file):
    silent = [
        rule.get("id")
        for rule in parts(file, "rule")
        if not says_why("".join(note.findtext(f"{DMN}text", "") for note in rule.iter(f"{DMN}annotationEntry")))
    ]
    assert silent == []


def test_every_default_about_money_is_named_where_it_can_be_changed():
    files = [*FILES, *(ROOT / "bpmn").glob("*/scheme.json")]
    said = {found for file in files for found in re.findall(r"A-[A-Z]+-[0-9]+", file.read_text(encoding="utf-8"))}
    assert sorted(DEFAULTS - said) == []


def test_what_a_scheme_says_of_a_default_points_at_files_parameters_and_decisions_that_exist():
    for file in (ROOT / "bpmn").glob("*/scheme.json"):
        scheme = json.loads(file.read_text(encoding="utf-8"))
        for default, words in scheme.get("defaults", {}).items():
            for name in re.findall(r"\w+\.(?:dmn|bpmn)", words):
                homes = (file.parent / name, ROOT / "bpmn" / "common" / name)
                assert any(home.exists() for home in homes), (scheme["id"], default, name)
            for part, key in re.findall(r"\b(parameters|fund|lists)\.(\w+)", words, re.ASCII):
                assert key in scheme[part], (scheme["id"], default, key)


def test_every_rule_that_is_named_can_be_evaluated():
    for rule, (folder, entry) in list_rules(ROOT).items():
        if "function" in entry:
            assert entry["function"] in FUNCTIONS, rule
            continue
        model = read_decisions((folder / entry["file"]).read_bytes(), entry["file"])
        assert entry["decision"] in model.decisions, rule
        unknown = {*entry.get("given", {}), *entry.get("unsaid", {})} - model.inputs_needed(entry["decision"])
        assert not unknown, (rule, unknown)
