"""When a closed alert is opened again, and the words of its states."""

from __future__ import annotations

from decimal import Decimal

LEVELS = {"none": 0, "first": 1, "urgent": 2}
STATES = {
    "screening": "待排查", "dispatching": "待派发", "visiting": "待入户", "judging": "待说明理由",
    "applying": "帮助申请中", "recognising": "待认定", "helping": "部门帮扶中", "helped": "已帮扶",
    "refused": "不纳入（留存）",
}  # fmt: skip


def rises(before: int, level: int, paid_before: Decimal, paid: Decimal, threshold: Decimal) -> bool:
    """A closed alert is opened again when the level is higher, or as much again as the line has been paid since."""
    return level > before or paid - paid_before > threshold
