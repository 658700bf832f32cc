"""What the benchmarks print."""

from __future__ import annotations

import math
from collections.abc import Sequence


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text: the first column to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in (columns, *rows)) for place in range(len(columns))]
    lines = [title]
    for row in (columns, ["-" * width for width in widths], *rows):
        first, *others = row
        cells = [first.ljust(widths[0]), *(each.rjust(width) for each, width in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of all; NaN if there are none."""
    if not values:
        return float("nan")
    return sorted(values)[max(math.ceil(len(values) * share) - 1, 0)]


def verdict(holds: bool) -> str:
    """How a target stands in a table."""
    return "yes" if holds else "NO"
