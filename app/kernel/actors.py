"""Who is acting: given to every use case as an argument, never read from a global."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Membership:
    """A user's place: one role in one unit, whose area the unit is responsible for."""

    unit_id: int
    role: str
    area_path: str


@dataclass(frozen=True)
class Actor:
    """A user with the memberships valid now; `system` acts for jobs and has none."""

    user_id: int | None
    name: str
    memberships: tuple[Membership, ...] = ()

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(m.unit_id for m in self.memberships)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(m.role for m in self.memberships)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def area_paths(self, *roles: str) -> tuple[str, ...]:
        """Paths of the areas this actor answers for, in one of these roles (any role when none is named)."""
        return tuple({m.area_path for m in self.memberships if not roles or m.role in roles})


SYSTEM = Actor(user_id=None, name="系统")
