"""Rules of the house that a reader would otherwise have to check by eye."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from app.kernel.settings import Settings

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path
    for folder in ("app", "nuanxin")
    for path in (ROOT / folder).rglob("*.py")
    if not path.is_relative_to(ROOT / "app" / "client")  # npm packages bring scripts of their own
)
HTTP = {"flask", "flask_smorest", "flask_sqlalchemy", "marshmallow", "webargs", "werkzeug", "apispec"}


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(path: Path) -> set[str]:
    """Top packages that a module imports at run time (not those for the type checker only)."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_module_says_in_a_sentence_why_it_exists():
    silent = []
    for path in MODULES:
        said = (ast.get_docstring(ast.parse(path.read_text())) or "").strip().split("\n\n")[0]
        if len(said) < 25 or said[-1] not in ".。":
            silent.append(where(path))
    assert silent == []


def test_only_settings_read_the_environment():
    readers = [
        where(p) for p in MODULES if re.search(r"\bos\.(environ|getenv)|from os import .*environ", p.read_text())
    ]
    assert readers == ["app/kernel/settings.py"]


def test_http_is_known_to_web_to_each_rooms_api_and_to_the_assembly_only():
    strangers = []
    for path in MODULES:
        room = path.relative_to(ROOT).parts[1]
        if room in ("web", "assembly.py") or path.name == "api.py" or path.parent.name == "api":
            continue
        running_it = {"flask"} if room in ("cli", "demo", "__init__.py") else set()
        if imports_of(path) & HTTP - running_it:
            strangers.append(where(path))
    assert strangers == []


def test_spiffworkflow_is_known_to_the_engine_only():
    assert [
        where(p) for p in MODULES if "SpiffWorkflow" in imports_of(p) and p.relative_to(ROOT).parts[1] != "engine"
    ] == []


def test_rules_import_no_framework():
    frameworks = HTTP | {"sqlalchemy", "SpiffWorkflow", "duckdb"}
    pure = [p for p in MODULES if p.name == "rules.py" or p.relative_to(ROOT).parts[1] == "feel"]
    assert [where(p) for p in pure if imports_of(p) & frameworks] == []


def test_no_text_is_ever_run_as_python():
    runners = [
        f"{where(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile")
    ]
    assert runners == []


def test_nothing_is_called_manager_service_or_utils():
    vague = re.compile(r"(^|_)(utils?|common|helpers?|manager|service|misc)$")
    assert [where(p) for p in MODULES if vague.search(p.stem)] == []
    classes = [
        f"{where(path)}:{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and re.search(r"(Service|Manager|Helper|Utils?)$", node.name)
        if "feel" not in path.parts  # a decision service is DMN's own word
    ]
    assert classes == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError\(")
    everything = MODULES + sorted((ROOT / "tests").rglob("*.py"))
    assert [where(p) for p in everything if p != Path(__file__) and marks.search(p.read_text())] == []


def test_every_setting_is_documented():
    source = (ROOT / "app/kernel/settings.py").read_text()
    names = set(re.findall(r"NUANXIN_[A-Z_]+[A-Z]", source))
    read_back = {name.removeprefix("NUANXIN_").lower() for name in names}
    assert set(Settings.__dataclass_fields__) <= read_back, "a setting that no variable sets"
    readme = (ROOT / "README.md").read_text()
    assert sorted(name for name in names if name not in readme) == []
