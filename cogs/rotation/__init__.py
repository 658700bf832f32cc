"""/rotation: the members of a study group lecture in turn.

`commands` holds the commands, `buttons` their buttons, `requests` what those press who are asked to lecture, `swaps`
what lets turns change hands.
"""

from cogs.rotation import buttons, requests, swaps
from cogs.rotation.commands import Rotation
from cogs.rotation.requests import FORMS, Requests
from cogs.rotation.swaps import Swaps

__all__ = ["FORMS", "ITEMS", "Requests", "Rotation", "Swaps"]

ITEMS = (*buttons.ITEMS, *requests.ITEMS, *swaps.ITEMS)
