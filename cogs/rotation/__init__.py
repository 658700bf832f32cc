"""/rotation: the members of a study group lecture in turn.

`commands` holds the commands, `buttons` their buttons, `requests` what those press who are asked to lecture, `swaps`
what lets turns change hands; `by_hand` is what organizers choose themselves, `guests` whom they invite.
"""

from cogs.rotation import buttons, by_hand, requests, swaps
from cogs.rotation.by_hand import ByHand
from cogs.rotation.commands import Rotation
from cogs.rotation.guests import Guests
from cogs.rotation.requests import FORMS, Requests
from cogs.rotation.swaps import Swaps

__all__ = ["FORMS", "ITEMS", "ByHand", "Guests", "Requests", "Rotation", "Swaps"]

ITEMS = (*buttons.ITEMS, *requests.ITEMS, *swaps.ITEMS, *by_hand.ITEMS)
