"""What everybody decides for themselves, in words."""

from __future__ import annotations

from bot.domain.privacy import Privacy
from bot.i18n import Words, _
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content

FEATURE, OPEN = "privacy", "open"
KNOWN_FOR, NETWORK = "known_for", "network"
ON, OFF = "on", "off"


def page(value: Privacy, guild_id: int, server: str, w: Words) -> Content:
    """What holds now, what it means, and a button to change each."""
    shown = _("**Others see what you were thanked for**, in your profile and when they look for somebody who knows.")
    if not value.known_for:
        shown = _("**Nobody else sees what you were thanked for.** You do, in your own profile.")
    network = _("**You are in the picture of who met whom**, once there is one; only those in it will see it.")
    if not value.network:
        network = _("**You are in no picture of who met whom**, should there be one.")
    lines = [w(_("Your privacy on {server}:"), server=server), f"- {w(shown)}", f"- {w(network)}"]
    known_for = _("Hide what I was thanked for") if value.known_for else _("Show what I was thanked for")
    meetings = _("Keep me out of the picture") if value.network else _("Let me be in the picture")
    row = (
        Button(w(known_for), button_id(FEATURE, KNOWN_FOR, OFF if value.known_for else ON, guild_id)),
        Button(w(meetings), button_id(FEATURE, NETWORK, OFF if value.network else ON, guild_id)),
    )
    return Content("\n".join(lines), rows=(row,))
