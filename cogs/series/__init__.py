"""/series: standing series, planned ahead and announced one session after the other."""

from cogs.series.buttons import ITEMS
from cogs.series.commands import Series
from cogs.series.forms import FORMS

__all__ = ["FORMS", "ITEMS", "Series"]
