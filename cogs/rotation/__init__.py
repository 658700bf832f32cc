"""/rotation: the members of a study group lecture in turn."""

from cogs.rotation.buttons import ITEMS
from cogs.rotation.commands import Rotation

__all__ = ["ITEMS", "Rotation"]
