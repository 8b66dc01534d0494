"""The bench still fits the product: every row's module imports, and the one that only counts runs."""

from __future__ import annotations

import importlib
import json
import random

import pytest

from tests.bench import bundles, report, statements
from tests.bench.__main__ import ROWS
from tests.bench.scale import QUICK


@pytest.mark.parametrize("module", ROWS.values())
def test_every_row_can_be_measured(module):
    assert callable(importlib.import_module(f"tests.bench.{module}").measure)


def test_the_statements_of_a_completion_are_counted_beside_the_floor(monkeypatch):
    monkeypatch.setattr(statements, "has_postgresql", lambda: False)
    [line] = statements.measure(QUICK)
    assert line.figures["statements"].keys() == {f"step_{n}" for n in range(1, 6)}
    assert min(line.figures["statements"].values()) > 5
    table = report.to_table([line])
    assert "<= 15" in table
    assert "verdict" in table.splitlines()[0]


def test_a_figure_without_a_goal_has_no_verdict():
    assert report.Line(5, "sealing", "1.0 s").cells()[-1] == ""
    assert report.Line(5, "paying", "1.0 s", met=False).verdict == "MISSED"


def test_a_first_load_is_the_page_with_what_it_imports_at_once_and_the_rest_is_lazy(tmp_path):
    (tmp_path / ".vite").mkdir()
    manifest = {
        "m/index.html": {"file": "a.js", "isEntry": True, "imports": ["_shared"], "dynamicImports": ["late.ts"]},
        "_shared": {"file": "b.js", "imports": ["m/index.html"]},
        "late.ts": {"file": "c.js", "imports": ["_shared"]},
    }
    (tmp_path / ".vite/manifest.json").write_text(json.dumps(manifest))
    for name in "abc":
        (tmp_path / f"{name}.js").write_bytes(random.Random(name).randbytes(130 * 1024))  # noqa: S311 bytes that do not shrink
    first, lazy, rest = bundles.weigh(tmp_path)
    assert (first.figures["chunks"], first.met, first.measured) == (2, False, "260 KB")
    assert (lazy.what, lazy.measured, list(rest.figures)) == ("lazy: late.ts", "130 KB", ["late.ts"])
