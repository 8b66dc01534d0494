"""The edges of every rule, worked out by hand from the clause each names, to the fen."""

import json
from pathlib import Path

import pytest

from app.rulebook import check_file, list_rules

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(HERE.glob("cases_edges_*.json"))


def cases_of(file):
    return json.loads(file.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_edge_holds(file):
    assert check_file(ROOT, file) == (len(cases_of(file)), 0, [])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_edge_says_why_and_where_it_is_written(file):
    cases = cases_of(file)
    assert len({case["id"] for case in cases}) == len(cases)
    silent = [case["id"] for case in cases if not (case["why"] and case["source"]["quote"])]
    assert silent == []


def test_edges_speak_of_rules_that_exist():
    assert {case["rule"] for file in FILES for case in cases_of(file)} <= set(list_rules(ROOT))
