"""Standing series: sessions planned ahead as rows, announced one after the other.

`values` holds what a series is, `service` how it is made and planned, `acts` and `ending` how it ends, `changes` what a
change comes to, `editing` how one is made, `asking` what has two readings.
"""

from bot.domain.series.acts import end_series
from bot.domain.series.asking import RuleReading, SeriesField, WhichRule
from bot.domain.series.changes import NotForOneDate, Scope, SeriesChange, SeriesEdit, SessionEdit
from bot.domain.series.editing import (
    DateNotNeeded,
    DateNotPlanned,
    SeriesEditDraft,
    SeriesEdited,
    SeriesEditPreview,
    SeriesEditService,
)
from bot.domain.series.ending import SeriesEndPreview, SeriesEndService, SeriesOver
from bot.domain.series.service import SeriesService, find_series
from bot.domain.series.skipping import SeriesSkipService, Skipped, SkipPreview
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
    "DateNotNeeded",
    "DateNotPlanned",
    "NewSeries",
    "NoSuchDate",
    "NotForOneDate",
    "RuleReading",
    "Scope",
    "SeriesAmbiguous",
    "SeriesChange",
    "SeriesEdit",
    "SeriesEditDraft",
    "SeriesEditPreview",
    "SeriesEditService",
    "SeriesEdited",
    "SeriesEndPreview",
    "SeriesEndService",
    "SeriesEnded",
    "SeriesField",
    "SeriesNameTaken",
    "SeriesNeverMeets",
    "SeriesOver",
    "SeriesPreview",
    "SeriesRepository",
    "SeriesService",
    "SeriesSkipService",
    "SeriesView",
    "SessionEdit",
    "SessionSeries",
    "SkipPreview",
    "Skipped",
    "WhichRule",
    "end_series",
    "find_series",
]
