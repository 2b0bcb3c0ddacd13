"""A resident, a stranger and a clerk: so that "not hers" is one line of a test."""

from backend.domain.actors import Actor, guest, resident

INGER = resident("p-inger", session="s-inger", strong_at=1)
"""The resident whose matter it is."""

YUSUF = resident("p-yusuf", session="s-yusuf", strong_at=1)
"""The stranger: signed in, of the same town, none of his business."""

CLERK = Actor("desk", person="p-clerk", session="s-clerk", strong_at=1)
"""The authority's side."""

VISITOR = guest("s-visitor")
"""Somebody who has not signed in."""

PASSER_BY = guest("s-passer-by")
"""Another who has not signed in, on another phone."""
