"""The accounts of the demonstration county: one a role to log in with, and second people where two are needed."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "nuanxin-2026"  # noqa: S105 printed by `make run`; the demonstration county holds invented people only


@dataclass(frozen=True)
class Account:
    """A login, the person's name, and the units and roles; `t1` is the first township, `g1` the first grid."""

    login: str
    name: str
    places: tuple[tuple[str, str], ...]
    shown: bool = True


ACCOUNTS = (
    Account("ybj1", "胡医保", (("ybj", "ybj_officer"), ("ybj", "fund_manager"))),
    Account("ybj2", "沈医保", (("ybj", "ybj_officer"),), shown=False),
    Account("fuhe", "钱复核", (("ybj", "reviewer"),)),
    Account("mishu", "章秘书", (("ybj", "meeting_secretary"),)),
    Account("minzheng", "裘民政", (("mzj", "civil_affairs_officer"),)),
    Account("minzheng2", "竺民政", (("mzj", "civil_affairs_officer"),), shown=False),
    Account("caizheng", "过财政", (("czj", "finance_officer"),)),
    Account("guanli", "管理员", (("ybj", "administrator"),)),
    Account("shenji", "邢审计", (("ybj", "auditor"),)),
)
LIAISONS = ("ybj", "mzj", "cszh", "hszh", "cl", "tyjrj", "zgh", "fl", "nyncj")


def liaison_login(unit: str) -> str:
    """The liaison's login of a member unit."""
    return f"{unit}-lianluo"


def clerk_login(township: int) -> str:
    """The township clerk's login; townships count from 1."""
    return f"xz{township}"


def grid_login(grid: int) -> str:
    """The grid worker's login; grids count from 1 through the county."""
    return f"wg{grid}"
