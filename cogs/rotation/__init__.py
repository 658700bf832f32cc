"""/rotation: the members of a study group lecture in turn.

`commands` holds the commands, `buttons` their buttons, `requests` what those press who are asked to lecture.
"""

from cogs.rotation import buttons, requests
from cogs.rotation.commands import Rotation
from cogs.rotation.requests import FORMS, Requests

__all__ = ["FORMS", "ITEMS", "Requests", "Rotation"]

ITEMS = (*buttons.ITEMS, *requests.ITEMS)
