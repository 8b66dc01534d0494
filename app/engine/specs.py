"""A definition made ready to run: specs parsed from its stored diagrams, forms compiled, decisions loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from app.engine.elements import ElementConfig, read_elements
from app.engine.script_engine import FeelScriptEngine
from app.feel import DecisionModel, load_decisions

if TYPE_CHECKING:
    from app.engine.forms import CompiledForm


@dataclass
class LoadedDefinition:
    """Immutable after loading; cached by id, shared by all threads."""

    id: str
    scheme: str
    process_key: str
    spec: Any
    subprocess_specs: dict[str, Any]
    elements: dict[str, ElementConfig]
    forms: dict[str, CompiledForm]
    models: list[DecisionModel]
    script_engine: FeelScriptEngine = field(default_factory=FeelScriptEngine)
    fresh_tree: bytes = b""  # a new instance before its first step


def read_xml(content: bytes) -> Any:
    """The root of a document; entities are not expanded, nothing is fetched. Raises etree.XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(content, parser)


@lru_cache(maxsize=256)
def read_decisions(content: bytes, name: str) -> DecisionModel:
    """The model of a DMN file, loaded once for the same bytes. Raises DecisionFaults."""
    return load_decisions(content, source=name)


def parse_processes(files: Mapping[str, bytes]) -> SpiffBpmnParser:
    """All diagrams among `files`, each process compiled; raises what SpiffWorkflow raises."""
    parser = SpiffBpmnParser()
    for name, content in files.items():
        if name.startswith("bpmn/"):
            parser.add_bpmn_xml(read_xml(content), filename=name)
    for key in parser.get_process_ids():
        parser.get_spec(key)
        parser.get_subprocess_specs(key)
    return parser


def load_spec(definition_id: str, scheme: str, process_key: str, files: Mapping[str, bytes]) -> LoadedDefinition:
    """`files` is {"bpmn/name.bpmn" | "dmn/name.dmn" | "forms/name.json": content} of a deployed definition."""
    from app.engine.forms import compile_form  # noqa: PLC0415 forms check against what is loaded here

    parser = parse_processes(files)
    elements: dict[str, ElementConfig] = {}
    for name, content in files.items():
        if name.startswith("bpmn/"):
            elements |= read_elements(read_xml(content))
    forms = {
        config.id: compile_form(files[f"forms/{config.form}"], files.get(f"forms/{config.ui_form}"))
        for config in elements.values()
        if config.form
    }
    definition = LoadedDefinition(
        id=definition_id,
        scheme=scheme,
        process_key=process_key,
        spec=parser.get_spec(process_key),
        subprocess_specs=parser.get_subprocess_specs(process_key),
        elements=elements,
        forms=forms,
        models=[read_decisions(content, name) for name, content in files.items() if name.startswith("dmn/")],
    )
    _prepare(definition)
    return definition


def _prepare(definition: LoadedDefinition) -> None:
    """Put our timers in, and keep the packed tree of an instance that has not begun."""
    from app.engine.state import Bookkeeping, pack, settle  # noqa: PLC0415 state needs no definitions
    from app.engine.timers import replace_timers  # noqa: PLC0415 timers run instances of definitions

    for spec in (definition.spec, *definition.subprocess_specs.values()):
        replace_timers(spec)
    workflow = BpmnWorkflow(
        definition.spec, definition.subprocess_specs, script_engine=definition.script_engine
    )
    books = Bookkeeping()
    definition.fresh_tree = pack(settle(workflow, books), books)
