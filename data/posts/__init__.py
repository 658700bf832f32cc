"""Posts in SQL: inside one community's unit of work (`SqlPosts`) and for the dispatcher across all (`SqlOutbox`)."""

from data.posts.outbox import SqlOutbox
from data.posts.repository import SqlPosts
from data.posts.table import posts

__all__ = ["SqlOutbox", "SqlPosts", "posts"]
