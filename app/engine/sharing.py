"""Compiled specs are shared by all threads: what SpiffWorkflow would put into them on the way is put in beforehand."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask


def connect_repeats(spec: Any) -> None:
    """A repeated task reports to the element that repeats it; two threads connecting it at once would collide."""
    for repeating in spec.task_specs.values():
        if isinstance(repeating, LoopTask):
            repeated = spec.task_specs[repeating.task_spec]
            if not repeated.completed_event.is_connected(repeating.merge_child):
                repeated.completed_event.connect(repeating.merge_child)
