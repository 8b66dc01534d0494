"""Errors are facts with a stable code; how HTTP shows them is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: where (JSON pointer, cell or element), a stable code and what to do."""

    where: str
    code: str
    message: str
    detail: Mapping[str, object] = field(default_factory=dict)


class NuanxinError(Exception):
    """A refused wish. `code` is stable and part of the API; `message` is Chinese and for people."""

    code = "error"
    message = "操作未完成"

    def __init__(self, message: str | None = None, *, code: str | None = None, **detail: object) -> None:
        """`detail` is shown to the caller as it is: never put a full ID number or account into it."""
        self.code = code or type(self).code
        self.message = message or type(self).message
        self.detail: dict[str, object] = detail
        super().__init__(f"{self.code}: {self.message}")


class NotFound(NuanxinError):
    """The thing does not exist, or this actor may not know that it does."""

    code = "not_found"
    message = "没有找到，或不在您的权限范围内"


class Unauthenticated(NuanxinError):
    """Nobody is logged in."""

    code = "unauthenticated"
    message = "请先登录"


class Denied(NuanxinError):
    """The actor is known and may not do this."""

    code = "denied"
    message = "您没有此项权限"


class Conflict(NuanxinError):
    """The state of the thing does not allow it, or somebody was quicker."""

    code = "conflict"
    message = "当前状态不允许此操作"


class Invalid(NuanxinError):
    """The input was understood and is wrong; all faults at once, nothing was changed."""

    code = "invalid"
    message = "填写内容有误，请逐项更正"

    def __init__(
        self, faults: Sequence[Fault], message: str | None = None, *, code: str | None = None, **detail: object
    ) -> None:
        super().__init__(message or (faults[0].message if len(faults) == 1 else None), code=code, **detail)
        self.faults = list(faults)


class TooLarge(NuanxinError):
    """More bytes than the limit."""

    code = "too_large"
    message = "文件或请求过大"


class TooMany(NuanxinError):
    """Too many tries; `retry_after` seconds are in the detail."""

    code = "too_many_requests"
    message = "尝试次数过多，请稍后再试"


class Unavailable(NuanxinError):
    """The database or a part we need cannot be reached now; the same request may succeed later."""

    code = "unavailable"
    message = "系统暂时不可用，请稍后重试"
