"""/rotation: the members of a study group lecture in turn.

`commands` holds the commands, `buttons` their buttons, `requests` what those press who are asked to lecture; `by_hand`
is what organizers choose themselves, `guests` whom they invite.
"""

from cogs.rotation import buttons, by_hand, requests
from cogs.rotation.by_hand import ByHand
from cogs.rotation.commands import Rotation
from cogs.rotation.guests import Guests
from cogs.rotation.requests import FORMS, Requests

__all__ = ["FORMS", "ITEMS", "ByHand", "Guests", "Requests", "Rotation"]

ITEMS = (*buttons.ITEMS, *requests.ITEMS, *by_hand.ITEMS)
