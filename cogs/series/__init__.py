"""/series: standing series, planned ahead and announced one session after the other."""

from cogs.series.buttons import ITEMS
from cogs.series.commands import FORMS, Series

__all__ = ["FORMS", "ITEMS", "Series"]
