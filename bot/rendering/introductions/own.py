"""One's own introductions in words."""

from __future__ import annotations

from bot.domain.introductions import Introduction, IntroductionsView
from bot.domain.meetings import Meeting
from bot.i18n import Words, _, _n
from bot.rendering.afar import for_dm
from bot.rendering.calendar import shortened, timestamp
from bot.rendering.content import Button, Content
from bot.rendering.introductions.words import answers, withdraw
from bot.rendering.names import mentions
from bot.rendering.reminders import fitted

REASON = 80
"""Characters of a reason in a list."""


def mine(value: IntroductionsView, w: Words, *, in_dm: bool = False) -> Content:
    """What somebody has proposed, what they are asked, and whom it has brought together."""
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    number = 0
    if value.waiting:
        lines.append(w(_("**You are asked**")))
    for each, answer in value.waiting:
        number += 1
        lines.append(_entry(number, _wanted(each, value.reader, w), each, w))
        lines += [w(_YOURS[answer])] if answer else []
        rows.append(answers(each, answer, value.guild_id, w, number))
    if value.proposed:
        lines.append(w(_("**You have proposed**")))
    withdrawals: list[Button] = []
    for each in value.proposed:
        number += 1
        lines.append(_entry(number, _wanted(each, value.reader, w), each, w))
        withdrawals.append(withdraw(each, value.guild_id, w, number))
    rows += [tuple(withdrawals)] if withdrawals else []
    if value.together:
        lines.append(w(_("**Brought together**")))
        lines += [_together(each, meeting, value.reader, w) for each, meeting in value.together]
    if not lines:
        lines.append(w(_("There is nothing yet. `/introduce` proposes that two people meet; you can be one of them.")))
    lines.append(_allowance(value, w))
    text = fitted(lines)
    return Content(for_dm(text, w) if in_dm else text, rows=tuple(rows))


_YOURS = {"yes": _("Your answer: you'd like to."), "no": _("Your answer: rather not.")}


def _entry(number: int, text: str, of: Introduction, w: Words) -> str:
    until = w(_("Until {until}."), until=timestamp(of.ends_at, "D"))
    reason = shortened(" ".join(of.reason.split()), REASON)
    return f"{number}. {text} {until}\n> {reason}"


def _wanted(of: Introduction, reader: int, w: Words) -> str:
    one, other = mentions(of.two)
    if of.proposer_id == reader:
        if of.is_own:
            return w(_("You would like to meet {member}."), member=other)
        return w(_("You propose that {one} and {other} meet."), one=one, other=other)
    if of.is_own:
        return w(_("{other} would like to meet you."), other=f"<@{of.proposer_id}>")
    text = _("{proposer} would like to introduce you and {other} to each other.")
    return w(text, proposer=f"<@{of.proposer_id}>", other=f"<@{of.other(reader)}>")


def _together(of: Introduction, meeting: Meeting, reader: int, w: Words) -> str:
    date = timestamp(meeting.at, "D")
    if reader not in of.two:
        one, other = mentions(of.two)
        return "- " + w(_("{date}: {one} and {other}"), date=date, one=one, other=other)
    text = _("{date}: {people} (you met)") if meeting.met.get(reader) else _("{date}: {people}")
    return "- " + w(text, date=date, people=f"<@{of.other(reader)}>")


def _allowance(value: IntroductionsView, w: Words) -> str:
    if value.next_at is not None:
        return w(_("You can propose the next introduction from {when} on."), when=timestamp(value.next_at))
    text = _n(
        "You can propose {n} more introduction this month.",
        "You can propose {n} more introductions this month.",
    )
    return w(text, n=value.left)
