"""The catalogue: what is deployed, content-addressed; a scheme is stored whole and sound, or not at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.checks import check_files, note_decisions
from app.engine.elements import BPMN, NS, read_elements
from app.engine.engine import engine_of
from app.engine.models import Definition, DefinitionBlob
from app.engine.schemes import find_scheme_file, scheme_files
from app.engine.specs import LoadedDefinition, load_spec, read_xml
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid, NotFound

_DEPLOYING = 7_260_319  # any number but those of other advisory locks

_HASH = re.compile(r"[0-9a-f]{64}")


def read_files(resources: Path, scheme: str) -> dict[str, bytes]:
    """{"bpmn/…" | "dmn/…" | "forms/…": content} of a scheme, its own files over the common ones."""
    files = {}
    for suffix, kind, prefix in (
        (".bpmn", "bpmn", "bpmn"),
        (".dmn", "bpmn", "dmn"),
        (".json", "forms", "forms"),
    ):
        for name, path in scheme_files(resources, kind, scheme, suffix).items():
            if name != "scheme.json":
                files[f"{prefix}/{name}"] = path.read_bytes()
    return files


def check_scheme(resources: Path, scheme: str, operators: Mapping[str, Callable[..., Any]]) -> list[Fault]:
    """Every fault of a scheme's files; `where` is "file#element" or "file#/json/pointer". Raises NotFound."""
    scheme_file = find_scheme_file(resources, scheme).read_bytes()
    return check_files(read_files(resources, scheme), operators, scheme, scheme_file)


def note_scheme(resources: Path, scheme: str) -> list[Fault]:
    """What about a scheme's decision tables nobody can tell beforehand; no reason to refuse them. Raises NotFound."""
    find_scheme_file(resources, scheme)
    return note_decisions(read_files(resources, scheme))


def deploy_scheme(session: Session, actor: Actor, clock: Clock, scheme: str) -> list[Definition]:
    """Stores what changed and makes it current, retires processes that are gone; returns the new versions. Commits.

    Raises Invalid `deployment_refused` with every fault, and stores nothing.
    """
    engine = engine_of(session)
    scheme_file = find_scheme_file(engine.resources, scheme).read_bytes()
    files = read_files(engine.resources, scheme)
    faults = check_files(files, engine.operators, scheme, scheme_file)
    if faults:
        raise Invalid(faults, f"方案 {scheme} 有 {len(faults)} 处问题，未部署", code="deployment_refused")
    _take_turns(session)
    deployed, processes = [], _processes(files)
    for process_key, names in processes.items():
        content = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(names)}
        definition = _deploy(session, actor, clock, scheme, process_key, content)
        if definition is not None:
            _store_blobs(session, files, content)
            deployed.append(definition)
    _retire_all_but(session, actor, clock, scheme, set(processes))
    session.commit()
    return deployed


def current_definition(session: Session, scheme: str, process_key: str) -> Definition:
    """The definition that new instances start with; raises NotFound `process_not_deployed`."""
    query = select(Definition).where(
        Definition.scheme == scheme, Definition.process_key == process_key, Definition.current
    )
    definition = session.scalar(query)
    if definition is None:
        raise NotFound(f"方案 {scheme} 未部署流程 {process_key}", code="process_not_deployed")
    return definition


def list_definitions(session: Session, scheme: str | None = None) -> list[Definition]:
    """All versions, newest first within a process."""
    query = select(Definition).order_by(Definition.scheme, Definition.process_key, Definition.version.desc())
    return list(session.scalars(query if scheme is None else query.where(Definition.scheme == scheme)))


def get_definition(session: Session, definition_id: str) -> Definition:
    """One version; raises NotFound `definition_not_found`, also for what is no hash."""
    row = session.get(Definition, definition_id) if _HASH.fullmatch(definition_id) else None
    if row is None:
        raise NotFound("没有这个流程版本", code="definition_not_found")
    return row


def diagram_of(session: Session, definition: Definition) -> str:
    """The BPMN document that holds the process itself, as it was deployed."""
    names = [name for name in definition.content if name.startswith("bpmn/")]
    for name in names:
        blob = session.get_one(DefinitionBlob, definition.content[name])
        root = read_xml(blob.content)
        if any(process.get("id") == definition.process_key for process in root.iterfind(".//bpmn:process", NS)):
            return str(etree.tostring(root, encoding="unicode"))
    raise NotFound(code="definition_not_found")


def tables_of(session: Session, definition: Definition) -> dict[str, bytes]:
    """{file name: DMN document} of every table that this version decides by, as deployed."""
    hashes = {name: digest for name, digest in definition.content.items() if name.startswith("dmn/")}
    query = select(DefinitionBlob.hash, DefinitionBlob.content).where(DefinitionBlob.hash.in_(hashes.values()))
    blobs = dict(session.execute(query).all())
    return {name.removeprefix("dmn/"): blobs[digest] for name, digest in sorted(hashes.items())}


def load_definition(session: Session, definition_id: str) -> LoadedDefinition:
    """Compiled from the stored bytes; raises NotFound `definition_not_found`. The engine caches it."""
    row = get_definition(session, definition_id)
    query = select(DefinitionBlob.hash, DefinitionBlob.content)
    blobs = dict(session.execute(query.where(DefinitionBlob.hash.in_(row.content.values()))).all())
    files = {name: blobs[digest] for name, digest in row.content.items()}
    return load_spec(row.id, row.scheme, row.process_key, files)


def _processes(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """{process id: names of the files it needs}: its diagram, those it calls, their forms, all decisions."""
    roots = {name: read_xml(content) for name, content in files.items() if name.startswith("bpmn/")}
    home = {
        process.get("id"): name
        for name, root in roots.items()
        for process in root.iterfind(".//bpmn:process", NS)
        if process.get("isExecutable") == "true"
    }
    decisions = {name for name in files if name.startswith("dmn/")}
    return {key: _needs(name, roots, home) | decisions for key, name in home.items()}


def _needs(name: str, roots: Mapping[str, Any], home: Mapping[str, str]) -> set[str]:
    found, ahead = set(), [name]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        ahead += [home[c.get("calledElement")] for c in roots[name].iter(f"{{{BPMN}}}callActivity")]
        for config in read_elements(roots[name]).values():
            found |= {f"forms/{form}" for form in (config.form, config.ui_form) if form}
    return found


def _deploy(
    session: Session, actor: Actor, clock: Clock, scheme: str, process_key: str, content: dict[str, str]
) -> Definition | None:
    """The new current definition, or None when this content is current already."""
    named = f"{scheme}\n{process_key}\n" + "\n".join(f"{name} {digest}" for name, digest in content.items())
    definition_id = hashlib.sha256(named.encode()).hexdigest()
    of_process = (Definition.scheme == scheme, Definition.process_key == process_key)
    known = session.get(Definition, definition_id)
    if known is not None and known.current:
        return None
    session.execute(update(Definition).where(*of_process, Definition.current).values(current=False))
    if known is None:
        last = session.scalar(select(func.max(Definition.version)).where(*of_process)) or 0
        known = Definition(
            id=definition_id,
            scheme=scheme,
            process_key=process_key,
            version=last + 1,
            content=content,
            deployed_at=clock(),
            deployed_by=actor.user_id,
        )
        session.add(known)
    known.current = True
    session.flush()
    _record(session, actor, clock, "definition_deployed", known)
    return known


def _record(session: Session, actor: Actor, clock: Clock, kind: str, definition: Definition) -> None:
    detail = {"process": definition.process_key, "version": definition.version}
    audit.record(session, actor, clock, kind, subject=f"definition:{definition.id[:40]}", detail=detail)


def _take_turns(session: Session) -> None:
    """Servers that start together deploy one after the other; SQLite's writers do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_DEPLOYING)))


def _retire_all_but(session: Session, actor: Actor, clock: Clock, scheme: str, process_keys: set[str]) -> None:
    """What is no longer drawn starts no more; what runs goes on."""
    gone = select(Definition).where(
        Definition.scheme == scheme, Definition.current, Definition.process_key.not_in(process_keys)
    )
    for definition in session.scalars(gone):
        definition.current = False
        _record(session, actor, clock, "definition_retired", definition)


def _store_blobs(session: Session, files: Mapping[str, bytes], content: Mapping[str, str]) -> None:
    stored = set(
        session.scalars(select(DefinitionBlob.hash).where(DefinitionBlob.hash.in_(content.values())))
    )
    for name, digest in content.items():
        if digest not in stored:
            session.add(DefinitionBlob(hash=digest, content=files[name]))
            stored.add(digest)
    session.flush()
