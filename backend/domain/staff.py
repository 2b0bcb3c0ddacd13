"""Who works at the town hall, and what each of them may do: one table."""

from typing import Literal, get_args

from msgspec import Struct

StaffRole = Literal["caseworker", "service-centre", "editor", "operator"]
Act = Literal[
    "see-cases", "work-cases", "see-resident", "find-resident", "make-code", "book", "set-hours", "see-messages", "answer-messages",
    "call", "print", "send-bulk", "staff", "senders", "figures",
]  # fmt: skip

ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
MAY: dict[StaffRole, frozenset[Act]] = {
    "caseworker": frozenset({"see-cases", "work-cases", "see-resident", "find-resident", "book", "see-messages", "answer-messages"}),
    "service-centre": frozenset({"see-cases", "see-resident", "find-resident", "make-code", "book", "see-messages", "answer-messages", "call", "print"}),
    "editor": frozenset({"send-bulk"}),
    "operator": frozenset({"staff", "senders", "set-hours", "print", "figures"}),
}
"""A caseworker sees and works the cases of the own services only. The operator and the editor see no resident."""


class Staff(Struct, frozen=True):
    """`id` is the public id that stands in the audit log. `services`: () for all."""

    id: str
    name: str
    roles: tuple[StaffRole, ...]
    services: tuple[str, ...] = ()
    language: str = "da"
    is_demo: bool = False

    def may(self, act: Act, service: str = "") -> bool:
        """`service`: of the case in question. Only caseworkers are bound to services."""
        return any(
            act in MAY[role] and (role != "caseworker" or not service or not self.services or service in self.services)
            for role in self.roles
        )
