"""Who is acting: given to every use case as an argument, never read from a global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Membership:
    """A user's place: one role in one unit, whose area the unit is responsible for.

    `lent_by` and `lender` are id and name of whoever is away and has lent the place to a substitute.
    """

    unit_id: int
    role: str
    area_path: str
    lent_by: int | None = None
    lender: str | None = None


@dataclass(frozen=True)
class Actor:
    """A user with the memberships valid now; `system` acts for jobs and has none."""

    user_id: int | None
    name: str
    memberships: tuple[Membership, ...] = ()
    substitutes: bool = False  # the name says for whom

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

    def signing(self, fits: Callable[[Membership], bool]) -> Actor:
        """Who signs what is done in a place that fits: 王五（代张三） where only a place that was lent does.

        It is still the same person: who prepared something for somebody else may not review it either.
        """
        fitting = [m for m in self.memberships if fits(m)]
        if self.substitutes or not fitting or any(m.lent_by is None for m in fitting):
            return self
        return replace(self, name=f"{self.name[:30]}（代{fitting[0].lender}）"[:64], substitutes=True)


SYSTEM = Actor(user_id=None, name="系统")
