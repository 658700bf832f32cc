"""Standing series: sessions planned ahead as rows, announced one after the other."""

from bot.domain.series.asking import RuleReading, SeriesField, WhichRule
from bot.domain.series.service import SeriesService, find_series
from bot.domain.series.values import (
    LONGEST_NAME,
    MOST_COUNT,
    NewSeries,
    NoSuchDate,
    SeriesAmbiguous,
    SeriesEnded,
    SeriesNameTaken,
    SeriesNeverMeets,
    SeriesPreview,
    SeriesRepository,
    SeriesView,
    SessionSeries,
)

__all__ = [
    "LONGEST_NAME",
    "MOST_COUNT",
    "NewSeries",
    "NoSuchDate",
    "RuleReading",
    "SeriesAmbiguous",
    "SeriesEnded",
    "SeriesField",
    "SeriesNameTaken",
    "SeriesNeverMeets",
    "SeriesPreview",
    "SeriesRepository",
    "SeriesService",
    "SeriesView",
    "SessionSeries",
    "WhichRule",
    "find_series",
]
