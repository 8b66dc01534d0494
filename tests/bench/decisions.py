"""Row 8: decisions a second on one core: the subsidy with and without trace, and a plain table beside SpiffWorkflow's.

Raw is SpiffWorkflow's own DMN engine on the same table with the same rows; the two must agree on every one of them.
"""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from app.feel import DecisionModel, load_decisions
from app.meetings.assessing import assess
from app.meetings.rules import Terms
from tests.bench.place import OUT
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.timing import Stopwatch
from tests.feel.tables import decision, definitions, table

_GOAL = 20_000
_RUNS = 3
_TABLES = OUT.parent / "bpmn" / "shengzhou" / "subsidy.dmn"
_LIMITS = {"threshold": Decimal(5000), "ratio": Decimal("0.6"), "cap": Decimal(50000)}
_STANDARD = {"base": "excess", **_LIMITS, "tiers": None}
_TERMS = Terms("excess", **_LIMITS)
_PLAIN = [
    ('"tk"', "-", "100"), ('"db"', "< 5000", "0"), ('"db"', ">= 5000", "90"), ('"dib"', "< 5000", "0"),
    ('"dib"', ">= 5000", "80"), ('"zcx"', "< 30000", "0"), ('"zcx"', ">= 30000", "70"),
]  # fmt: skip
_KINDS = ("tk", "db", "dib", "zcx")


def measure(scale: Scale) -> list[Line]:
    return [*_subsidy(scale.fan_out), _beside_spiff(scale.fan_out)]


def _subsidy(count: int) -> list[Line]:
    """The same people, asked for the amount alone, with a trace kept, and as a meeting asks."""
    model = load_decisions(_TABLES.read_bytes(), source=_TABLES.name)
    paid = [Decimal(4000 + 7 * n) for n in range(count)]
    people: Any = [
        SimpleNamespace(person_id=n, categories=["db"], eligible=True, total_cost=Decimal(90000), self_paid=each)
        for n, each in enumerate(paid)
    ]
    rows = [{"cost_year": Decimal(2025), "categories": ["db"], "total_cost": Decimal(90000), "payments": None,
             "self_paid": each, "already_paid": Decimal(0), "standard": _STANDARD} for each in paid]  # fmt: skip
    ways = {
        "subsidy table, untraced": lambda: _decide(model, rows, trace=False),
        "subsidy table, trace kept": lambda: _decide(model, rows, trace=True),
        "as a meeting asks, untraced": lambda: assess(model, 2025, _TERMS, people, {}),
        "as a meeting asks, with its record": lambda: assess(model, 2025, _TERMS, people, {}, explain=True),
    }
    return [_line(what, _rate(action, count)) for what, action in ways.items()]


def _decide(model: DecisionModel, rows: list[dict[str, Any]], *, trace: bool) -> None:
    for row in rows:
        model.evaluate("assessment", row, trace=trace)


def _rate(action: Any, count: int) -> float:
    """The best of some runs, by this thread's own time: whoever else is busy does not count."""
    found = []
    for _ in range(_RUNS):
        watch = Stopwatch()
        watch.run(action)
        found.append(count / watch.cpu_seconds)
    return max(found)


def _line(what: str, rate: float) -> Line:
    figures = {"per_second": round(rate)}
    return Line(8, what, f"{rate:,.0f} a second", goal=f">= {_GOAL:,} a second", met=rate >= _GOAL, figures=figures)


def _beside_spiff(count: int) -> Line:
    logic = table([("kind", "string"), ("paid", "number")], [{"name": "rate"}], _PLAIN)
    xml = definitions(decision("plain", logic))
    model, ask = load_decisions(xml, source="plain.dmn"), _spiff(xml)
    rows = [{"kind": _KINDS[n % 4], "paid": n % 60_000} for n in range(min(count, 1000))]
    assert [int(model.evaluate("plain", row).value) for row in rows] == [ask(row)["rate"] for row in rows]
    ours = _rate(lambda: [model.evaluate("plain", row, trace=False) for row in rows], len(rows))
    theirs = _rate(lambda: [ask(row) for row in rows], len(rows))
    return Line(
        8, "7 rows of texts and numbers", f"{ours:,.0f} a second", f"{theirs:,.0f} a second (SpiffWorkflow)",
        ours / theirs, figures={"per_second": round(ours), "spiffworkflow": round(theirs)},
    )  # fmt: skip


def _spiff(xml: bytes) -> Any:
    root = etree.fromstring(xml)
    for n, element in enumerate(root.iter()):
        element.set("id", element.get("id") or f"e{n}")  # it reads no table without
        if etree.QName(element).localname == "output":
            element.set("label", element.get("name"))
    parser = DMNParser(None, root, {"dmn": root.nsmap[None]}, filename="plain.dmn")
    parser.parse()
    engine = DMNEngine(parser.decision.decisionTables[0])
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())

    def ask(row: dict[str, Any]) -> Any:
        return engine.result(SimpleNamespace(data=dict(row), workflow=workflow))

    return ask
