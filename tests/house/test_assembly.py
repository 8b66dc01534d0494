"""What the rooms hand over fits together: no two speak of one name, and every diagram finds what it calls."""

from __future__ import annotations

import importlib
from pathlib import Path

from app import assembly
from app.engine.catalogue import check_scheme
from app.engine.schemes import list_schemes
from app.schema import ROOMS

ROOT = Path(__file__).parents[2]
TABLES = ("OPERATORS", "JOB_HANDLERS", "BULK_HANDLERS", "PERIODIC", "IMPORTS")


def handed_over(table: str) -> list[tuple[str, str]]:
    """(name, module) of every entry that any module of any room declares in a table of this name."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / "app" / room).rglob("*.py")):
            if f"\n{table}" not in path.read_text():
                continue
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found += [(name, module.__name__) for name in vars(module).get(table, {})]
    return found


def test_every_table_of_every_room_is_in_the_assembly_and_none_hides_another():
    for table in TABLES:
        found = handed_over(table)
        names = [name for name, _ in found]
        assert len(names) == len(set(names)), (table, found)
        assert set(names) == set(getattr(assembly, table)), table


def test_every_room_with_routes_is_in_the_assembly():
    declared = []
    for path in sorted([*(ROOT / "app").glob("*/api.py"), *(ROOT / "app").glob("*/api/__init__.py")]):
        room = path.relative_to(ROOT / "app").parts[0]  # also one without tables, which the schema does not know
        declared += getattr(importlib.import_module(f"app.{room}.api"), "BLUEPRINTS", [])
    assert {blueprint.name for blueprint in declared} == {blueprint.name for blueprint in assembly.BLUEPRINTS}


def test_an_operator_is_named_for_its_room_and_function():
    for name, function in assembly.OPERATORS.items():
        room, _, wish = name.partition(".")
        assert function.__module__.startswith(f"app.{room}."), name
        assert wish.isidentifier(), name


def test_every_scheme_of_the_tree_is_sound_with_these_operators():
    for scheme in list_schemes(ROOT):
        assert [f"{f.where}: {f.code}: {f.message}" for f in check_scheme(ROOT, scheme, assembly.OPERATORS)] == []
