"""Makes Discord look like the database: announcements, threads, events, questions, and channels made by /setup."""

from bot.mirrors.farewell import FarewellMirror
from bot.mirrors.kinds import AnnouncementMirror, ChannelMirror, EventMirror, Remote, ThreadMirror
from bot.mirrors.pinned import PinnedMirror, TopicBoardMirror
from bot.mirrors.private import PrivateThreadMirror
from bot.mirrors.questions import QuestionMirror, TagsMirror
from bot.mirrors.reconciler import MirrorKind, NotYet, Presses, Reconciler

__all__ = [
    "AnnouncementMirror",
    "ChannelMirror",
    "EventMirror",
    "FarewellMirror",
    "MirrorKind",
    "NotYet",
    "PinnedMirror",
    "Presses",
    "PrivateThreadMirror",
    "QuestionMirror",
    "Reconciler",
    "Remote",
    "TagsMirror",
    "ThreadMirror",
    "TopicBoardMirror",
]
