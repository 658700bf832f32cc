"""Makes Discord look like the database: announcements, threads, native events, and channels made by /setup."""

from bot.mirrors.farewell import FarewellMirror
from bot.mirrors.kinds import AnnouncementMirror, ChannelMirror, EventMirror, Remote, ThreadMirror
from bot.mirrors.private import PrivateThreadMirror
from bot.mirrors.reconciler import MirrorKind, NotYet, Presses, Reconciler
from bot.mirrors.start_here import StartHereMirror

__all__ = [
    "AnnouncementMirror",
    "ChannelMirror",
    "EventMirror",
    "FarewellMirror",
    "MirrorKind",
    "NotYet",
    "Presses",
    "PrivateThreadMirror",
    "Reconciler",
    "Remote",
    "StartHereMirror",
    "ThreadMirror",
]
