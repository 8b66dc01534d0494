"""The task tree of an instance as bytes: tree and data only, the specs come from the cached definition.

Tasks are numbered inside their instance (`Task.id` is that number) instead of carrying UUIDs, a task's data is the
difference from its parent's, and the single chain of finished tasks above everything that still lives is dropped,
with boundary events that never came: nothing in SpiffWorkflow looks above such a neck (an inclusive gateway looks at
its own parent, so it is never made the root).
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import InclusiveGatewayMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task as Token
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

_FORMAT = 1
_RAW, _ZIPPED = b"j", b"z"
_WORTH_ZIPPING = 512


@dataclass
class Bookkeeping:
    """What the engine knows about an instance beside the tree; all lists hold token numbers.

    `tasks`: tokens that have an open task row; `waits`: tokens that have a subscription or a timer job;
    `stuck`: tokens whose step failed and waits for its incident.
    """

    next_node: int = 1
    tasks: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)


def settle(workflow: BpmnWorkflow, books: Bookkeeping) -> list[Any]:
    """Prune, and number the new tokens in place; the workflow and its living subprocesses, outer before inner."""
    flows = [workflow, *_living_subprocesses(workflow)]
    for flow in flows:
        _prune(flow)
    _number(flows, books)
    return flows


def pack(flows: list[Any], books: Bookkeeping) -> bytes:
    """The bytes to store, of what `settle` gave."""
    content = {
        "v": _FORMAT,
        "b": [books.next_node, books.tasks, books.waits, books.stuck],
        "w": _flow_to_json(flows[0]),
        "s": [[flow.parent_task_id, _flow_to_json(flow)] for flow in flows[1:]],
    }
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return _RAW + raw if len(raw) < _WORTH_ZIPPING else _ZIPPED + zlib.compress(raw, 1)


def unpack(
    stored: bytes, spec: Any, subprocess_specs: dict[str, Any], script_engine: Any
) -> tuple[BpmnWorkflow, Bookkeeping]:
    """The living workflow again, from the bytes and the specs of the definition it started with."""
    raw = zlib.decompress(stored[1:]) if stored[:1] == _ZIPPED else stored[1:]
    content = json.loads(raw)
    workflow = BpmnWorkflow(spec, subprocess_specs, script_engine=script_engine, deserializing=True)
    _flow_from_json(workflow, content["w"])
    for parent_node, flow_json in content["s"]:
        _restore_subprocess(workflow, parent_node, flow_json)
    return workflow, Bookkeeping(*content["b"])


def _living_subprocesses(workflow: BpmnWorkflow) -> list[BpmnSubWorkflow]:
    """Open subprocesses, outer before inner; those whose calling task is over are forgotten."""
    living = []
    for token_id, flow in list(workflow.subprocesses.items()):
        caller = workflow.get_task_from_id(token_id)
        if caller is None or caller.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[token_id]
        else:
            living.append(flow)
    return sorted(living, key=lambda flow: cast("int", flow.depth))


def _prune(flow: Any) -> None:
    spent, keep = [], 0
    root = top = flow.task_tree
    while top.state == TaskState.COMPLETED:
        child = _only_way_on(flow, top)
        if child is None or child.state != TaskState.COMPLETED:
            break
        spent += [top.id, *(other for other in top._children if other != child.id)]  # noqa: SLF001 would copy
        top = child
        if not isinstance(top.task_spec, InclusiveGatewayMixin):
            root, keep = top, len(spent)
    for token_id in spent[:keep]:
        del flow.tasks[token_id]
    root._parent = None  # noqa: SLF001 the setter would look the parent up
    flow.task_tree = root


def _only_way_on(flow: Any, token: Any) -> Any | None:
    """The single child that matters: not the join of boundary events, nor, behind it, events that never came."""
    children = [flow.tasks[child] for child in token._children]  # noqa: SLF001 `children` would copy
    if isinstance(token.task_spec, BoundaryEventSplit):
        below = [flow.tasks[node] for child in children for node in child._children]  # noqa: SLF001 the same
        if not any(_is_done_join(one) for one in below):
            return None
        children = [child for child in children if child.state != TaskState.CANCELLED or child._children]  # noqa: SLF001
    ways = [child for child in children if not _is_done_join(child)]
    return ways[0] if len(ways) == 1 else None


def _is_done_join(token: Any) -> bool:
    return isinstance(token.task_spec, BoundaryEventJoin) and token.state == TaskState.COMPLETED


def _number(flows: list[Any], books: Bookkeeping) -> None:
    """Give tokens made in this run, which have UUIDs, the next numbers, everywhere they are named."""
    names: dict[UUID, int] = {}
    for flow in flows:
        for token_id in flow.tasks:
            if isinstance(token_id, UUID):
                names[token_id] = books.next_node
                books.next_node += 1
    if not names:
        return
    for flow in flows:
        flow.tasks = {names.get(token_id, token_id): token for token_id, token in flow.tasks.items()}
        for token in flow.tasks.values():
            _rename(token, names)
        if isinstance(flow, BpmnSubWorkflow):
            flow.parent_task_id = names.get(flow.parent_task_id, flow.parent_task_id)
    top = flows[0]
    top.subprocesses = {names.get(token_id, token_id): flow for token_id, flow in top.subprocesses.items()}
    events = top.event_manager
    events.tasks = {names.get(token_id, token_id): token for token_id, token in events.tasks.items()}


def _rename(token: Any, names: dict[UUID, int]) -> None:
    token.id = names.get(token.id, token.id)
    token._parent = names.get(token._parent, token._parent)  # noqa: SLF001 no public setter by id
    token._children = [names.get(child, child) for child in token._children]  # noqa: SLF001 the same
    merged = token.internal_data.get("merged")
    if merged:
        by_text = {str(old): str(new) for old, new in names.items()}
        token.internal_data["merged"] = [by_text.get(text, text) for text in merged]


def _flow_to_json(flow: Any) -> dict[str, Any]:
    order = {token.id: rank for rank, token in enumerate(sorted(flow.tasks.values(), key=_changed))}
    result: dict[str, Any] = {"t": [_token_to_json(token, order) for token in _walk(flow)]}
    if flow.data:
        result["d"] = flow.data
    if flow.last_task is not None and flow.last_task.id in flow.tasks:
        result["l"] = flow.last_task.id
    if flow.completed:
        result["c"] = 1
    return result


def _changed(token: Any) -> float:
    return cast("float", token.last_state_change)


def _walk(flow: Any) -> list[Any]:
    """Parents before children, siblings in their order."""
    found, ahead = [], [flow.task_tree]
    while ahead:
        token = ahead.pop()
        found.append(token)
        ahead.extend(flow.tasks[child] for child in reversed(token._children))  # noqa: SLF001 `children` would copy
    return found


def _token_to_json(token: Any, order: dict[int, int]) -> list[Any]:
    """[number, parent, element, state, rank of last change, data or its changes, dropped keys, internal, triggered].

    Of a finished token nothing internal is needed; an event gateway would leave the event it saw there.
    """
    parent = token.parent
    changed, dropped = token.data, []
    if parent is not None:
        if token.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE) and not token.data:
            return [token.id, parent.id, token.task_spec.name, token.state, order[token.id]]
        changed = DeepMerge.get_updated_keys(parent.data, token.data)
        dropped = DeepMerge.get_deleted_keys(parent.data, token.data)
    finished = token.has_state(TaskState.FINISHED_MASK)
    internal = {} if finished else {key: value for key, value in token.internal_data.items() if key != "seen_events"}
    row = [
        token.id, parent and parent.id, token.task_spec.name, token.state, order[token.id],
        changed, dropped, internal, int(token.triggered),
    ]  # fmt: skip
    while len(row) > 6 and not row[-1]:  # noqa: PLR2004 row[5], the changes, tells a token with data from one without
        row.pop()
    return row


def _flow_from_json(flow: Any, content: dict[str, Any]) -> None:
    for row in content["t"]:
        _restore_token(flow, *row)
    flow.task_tree = flow.tasks[content["t"][0][0]]
    flow.data = content.get("d", flow.data)
    flow.last_task = flow.tasks.get(content.get("l"))
    flow.completed = bool(content.get("c"))


def _restore_token(
    flow: Any, node: int, parent_node: int | None, element: str, state: int, rank: int,
    changed: dict[str, Any] | None = None, dropped: list[str] | tuple[()] = (),
    internal: dict[str, Any] | None = None, triggered: int = 0,
) -> None:  # fmt: skip
    """Build the token without its constructor, which would make a UUID and tell the parent a second time."""
    token = Token.__new__(Token)
    parent = flow.tasks.get(parent_node)
    spec = flow.spec.task_specs[element]
    data: dict[str, Any] = {}
    if changed is not None:
        if parent is not None:
            data = {key: _copy(value) for key, value in parent.data.items() if key not in dropped}
        data.update(changed)
    token.__dict__.update(
        id=node, workflow=flow, _parent=parent_node, _children=[], _state=state, triggered=bool(triggered),
        task_spec=spec, thread_id=0, data=data, internal_data=internal or {}, last_state_change=float(rank),
    )  # fmt: skip
    flow.tasks[node] = token
    if parent is not None:
        parent._children.append(node)  # noqa: SLF001 what the constructor does
    if state == TaskState.WAITING and isinstance(spec, CatchingEvent):
        flow.top_workflow.event_manager.add_task(token)


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, dict | list) else value


def _restore_subprocess(workflow: BpmnWorkflow, parent_node: int, content: dict[str, Any]) -> None:
    caller = workflow.get_task_from_id(parent_node)
    if not isinstance(caller.task_spec, SubWorkflowTask):
        raise TypeError(f"token {parent_node} calls no subprocess")
    spec = workflow.subprocess_specs[caller.task_spec.spec]
    flow = BpmnSubWorkflow(spec, parent_node, workflow, deserializing=True)
    _flow_from_json(flow, content)
    workflow.subprocesses[parent_node] = flow
    flow.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)  # noqa: SLF001 as its own converter
