"""What people do with spin-offs: add, change, look, and say whether they may be listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from bot.domain.choices import chosen_id, has_part, only_fitting
from bot.domain.errors import NotAllowed, Unknown, require_text
from bot.domain.groups import MOST_SUGGESTIONS, folded, sounded, visible_groups
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, next_revision
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.restrictions import require_free
from bot.domain.sessions import NothingToChange, Session, optional_text, visible_session
from bot.domain.spinoffs.values import (
    ASKED,
    ASKED_FOR,
    LONGEST_ABOUT,
    LONGEST_NAME,
    MOST_ADDED,
    MOST_MEMBERS,
    PAGE,
    Kept,
    MayList,
    NewSpinoff,
    NotAPartner,
    Spinoff,
    SpinoffNameTaken,
    SpinoffPage,
    SpinoffsEnough,
    SpinoffState,
    SpinoffView,
    TooManyPartners,
)
from bot.domain.topics.likeness import alike

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units


class SpinoffService:
    """Keeps what came out of the meetings."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def add(self, guild_id: int, actor: Actor, new: NewSpinoff) -> Kept:
        """Add one. With no members named, and whenever they are among them, the actor is in it.

        Raises:
            InvalidText: the name or the description is out of bounds.
            SpinoffNameTaken: there is one of this name.
            SpinoffsEnough, TooManyPartners: there is no room.
            Unknown: the session does not exist for the actor.
            Restricted: a moderator keeps them from sessions, and so from what comes out of them.
        """
        name = _named(new.name or "")
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            await require_free(uow, actor.member_id, "sessions", now, now, actor.member_id)
            known = await uow.spinoffs.all()
            _check_name(known, name)
            if sum(each.adder_id == actor.member_id and each.state != "ended" for each in known) >= MOST_ADDED:
                raise SpinoffsEnough(MOST_ADDED)
            spinoff = await uow.spinoffs.add(
                name=name,
                kind=new.kind or "project",
                state=new.state or "idea",
                about=optional_text("about", new.about or "", LONGEST_ABOUT),
                session_id=await _session(uow, actor, new.session_id),
                adder_id=actor.member_id,
                added_at=now,
                state_since=now,
            )
            subject, after = f"spinoff:{spinoff.id}", {"name": name, "kind": spinoff.kind, "state": spinoff.state}
            await uow.record("spinoff.add", actor.member_id, subject, after=after)
            told, untold = await self._ask(uow, actor, spinoff, new.members or (actor.member_id,))
            return Kept(await _view(uow, actor, spinoff), told, untold)

    async def update(self, guild_id: int, actor: Actor, spinoff_id: int, new: NewSpinoff) -> Kept:
        """Change what is given; new members are asked, and one can be taken off it.

        Raises:
            Unknown: there is no such spin-off, or the session does not exist for the actor.
            NotAllowed: the actor may not change it; everybody may take themselves off it.
            NotAPartner: who is to be taken off it is not in it.
            NothingToChange: nothing differs.
            InvalidText, SpinoffNameTaken, TooManyPartners: as `add`.
        """
        async with self._units(guild_id) as uow:
            spinoff = await _get(uow, spinoff_id)
            people = (await uow.spinoffs.people([spinoff.id])).get(spinoff.id, {})
            only_self = new.remove == actor.member_id and new == NewSpinoff(remove=new.remove)
            if not (only_self or await _may_change(uow, actor, spinoff, people)):
                raise NotAllowed(("partner", "moderator"))
            values = await self._changed(uow, actor, spinoff, new)
            added = tuple(each for each in new.members if each not in people)
            if not (values or added or new.remove):
                raise NothingToChange
            if new.remove:
                if new.remove not in people:
                    raise NotAPartner(new.remove, spinoff.name)
                if people[new.remove] or new.remove != actor.member_id:
                    await self._take_off(uow, actor, spinoff, new.remove, agreed=people[new.remove])
            if values:
                before = {name: getattr(spinoff, name) for name in values if name != "state_since"}
                spinoff = await uow.spinoffs.change(spinoff.id, **values)
                after = {name: getattr(spinoff, name) for name in before}
                await uow.record("spinoff.edit", actor.member_id, f"spinoff:{spinoff.id}", before, after)
            told, untold = await self._ask(uow, actor, spinoff, added)
            return Kept(await _view(uow, actor, spinoff), told, untold)

    async def answer(self, guild_id: int, actor: Actor, spinoff_id: int, *, agreed: bool) -> SpinoffView:
        """The actor lets themselves be listed, or takes their name off.

        Raises:
            Unknown: they were not asked, or somebody has taken it back meanwhile.
        """
        async with self._units(guild_id) as uow:
            spinoff = await uow.spinoffs.get(spinoff_id)
            people = (await uow.spinoffs.people([spinoff_id])).get(spinoff_id, {})
            if spinoff is None or actor.member_id not in people:
                raise Unknown("button", str(spinoff_id))
            if not agreed:
                if people[actor.member_id]:
                    await self._take_off(uow, actor, spinoff, actor.member_id, agreed=True)
                # A no is as silence: else whoever names them again would learn of it, and they would be asked again.
            elif not people[actor.member_id]:
                await uow.spinoffs.put(spinoff.id, actor.member_id, agreed=True)
                await uow.record("spinoff.join", actor.member_id, f"spinoff:{spinoff.id}")
            return await _view(uow, actor, spinoff)

    async def list(
        self, guild_id: int, actor: Actor, state: SpinoffState | Literal[""] = "", page: int = 0
    ) -> SpinoffPage:
        """The spin-offs; those of which the actor was asked come first, then the latest."""
        async with self._units.reading(guild_id) as uow:
            found = [each for each in await uow.spinoffs.all() if not state or each.state == state]
            people = await uow.spinoffs.people([each.id for each in found])
            found.sort(key=lambda each: people.get(each.id, {}).get(actor.member_id) is not False)
            pages = max(1, -(-len(found) // PAGE))
            page = min(max(page, 0), pages - 1)
            views = [await _view(uow, actor, each) for each in found[page * PAGE :][:PAGE]]
            return SpinoffPage(tuple(views), page, pages, len(found), state)

    async def find(self, guild_id: int, actor: Actor, text: str) -> Spinoff:
        """The one chosen from a list, or of this name or id, or the only one in whose name the text stands.

        Raises:
            SeveralFit, OnlyPartFits: the text fits several, or is only a part of a name.
            Unknown: none fits; it names those of nearly that name.
        """
        async with self._units.reading(guild_id) as uow:
            known, shown = await uow.spinoffs.all(), text[:LONGEST_NAME]
            wanted, key = chosen_id(text), sounded(text)
            if wanted is None and not any(folded(each.name) == folded(text) for each in known):
                wanted = int(folded(text)) if re.fullmatch(r"[0-9]{1,18}", folded(text)) else None
            found = [each for each in known if (each.id == wanted if wanted else folded(each.name) == folded(text))]
            if found:
                return found[0]
            parts = [(each.name, each) for each in known if has_part(sounded(each.name), key)]
            fitting = only_fitting("spinoff", shown, parts, whole=True)
            if fitting is None:
                near = alike(text, [(each.name, each.name) for each in known])
                raise Unknown("spinoff", shown, tuple(near))
            return fitting

    async def suggest(self, guild_id: int, actor: Actor, text: str) -> Sequence[Spinoff]:
        """What fits what was typed so far; what the actor is in comes first."""
        async with self._units.reading(guild_id) as uow:
            key = sounded(text)
            found = [each for each in await uow.spinoffs.all() if key in sounded(each.name)]
            people = await uow.spinoffs.people([each.id for each in found])
            found.sort(key=lambda each: actor.member_id not in people.get(each.id, {}))
            return found[:MOST_SUGGESTIONS]

    # Parts in other features, and the message

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """They are in none any more."""
        await uow.spinoffs.leave(event.member_id)

    async def asked(self, uow: UnitOfWork, post: Post) -> MayList | None:
        """What somebody is asked; None once it is answered, or nobody's business any more."""
        spinoff, reader = await uow.spinoffs.get(post.subject_id), reader_of(post)
        people = (await uow.spinoffs.people([post.subject_id])).get(post.subject_id, {})
        if spinoff is None or people.get(reader) is not False:
            return None
        return MayList(spinoff, uow.guild_id, post.data["by"], reader, not post.member_id)

    async def _changed(self, uow: UnitOfWork, actor: Actor, spinoff: Spinoff, new: NewSpinoff) -> dict[str, Any]:
        values: dict[str, Any] = {"kind": new.kind, "state": new.state}
        if new.name is not None:
            values["name"] = _named(new.name)
            _check_name([each for each in await uow.spinoffs.all() if each.id != spinoff.id], values["name"])
        if new.about is not None:
            values["about"] = optional_text("about", new.about, LONGEST_ABOUT)
        values = {name: value for name, value in values.items() if value is not None}
        if new.session_id is not None:
            values["session_id"] = await _session(uow, actor, new.session_id)
        values = {name: value for name, value in values.items() if getattr(spinoff, name) != value}
        return values | ({"state_since": self._clock.now()} if "state" in values else {})

    async def _ask(
        self, uow: UnitOfWork, actor: Actor, spinoff: Spinoff, member_ids: Sequence[int]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The actor is in it at once, the others are asked; who is, and who can't be written to."""
        people = (await uow.spinoffs.people([spinoff.id])).get(spinoff.id, {})
        new = [each for each in dict.fromkeys(member_ids) if each not in people]
        if len(people) + len(new) > MOST_MEMBERS:
            raise TooManyPartners(MOST_MEMBERS)
        for each in new:
            await uow.spinoffs.put(spinoff.id, each, agreed=each == actor.member_id)
        others = [each for each in new if each != actor.member_id]
        if others:
            await uow.record("spinoff.ask", actor.member_id, f"spinoff:{spinoff.id}", after={"people": len(others)})
        told, now = await dm_readers(uow, ASKED, others), self._clock.now()
        revision = next_revision(await uow.posts.of_subject(ASKED, spinoff.id))
        data = {"by": actor.member_id}
        posts = [
            for_its_reader(
                NewPost(
                    ASKED, spinoff.id, now, now + ASKED_FOR, member_id=each, revision=revision, quiet=True, data=data
                )
            )
            for each in told
        ]
        await plan_in_peace(uow, posts, now)
        return tuple(told), tuple(each for each in others if each not in told)

    async def _take_off(self, uow: UnitOfWork, actor: Actor, spinoff: Spinoff, member_id: int, *, agreed: bool) -> None:
        await uow.spinoffs.remove(spinoff.id, member_id)
        # Who was only asked is named nowhere.
        action = "spinoff.leave" if agreed else "spinoff.unask"
        await uow.record(action, actor.member_id if agreed else None, f"spinoff:{spinoff.id}")


async def _get(uow: UnitOfWork, spinoff_id: int) -> Spinoff:
    spinoff = await uow.spinoffs.get(spinoff_id)
    if spinoff is None:
        raise Unknown("button", str(spinoff_id))
    return spinoff


def _named(text: str) -> str:
    return " ".join(require_text("name", text, LONGEST_NAME).split())


def _check_name(known: Sequence[Spinoff], name: str) -> None:
    if any(folded(each.name) == folded(name) for each in known):
        raise SpinoffNameTaken(name)


async def _session(uow: UnitOfWork, actor: Actor, session_id: int | None) -> int | None:
    return (await visible_session(uow, actor, session_id))[0].id if session_id else None


async def _seen(uow: UnitOfWork, actor: Actor, spinoff: Spinoff) -> Session | None:
    """The session at which it began, if it exists for the actor."""
    if spinoff.session_id is None:
        return None
    session = await uow.sessions.get(spinoff.session_id)
    return session if session.group_id in await visible_groups(uow, actor, archived=True) else None


async def _may_change(uow: UnitOfWork, actor: Actor, spinoff: Spinoff, people: Mapping[int, bool]) -> bool:
    if actor.moderator or spinoff.adder_id == actor.member_id or people.get(actor.member_id):
        return True
    session = await _seen(uow, actor, spinoff)
    return session is not None and actor.organizes(await uow.groups.get(session.group_id))


async def _view(uow: UnitOfWork, actor: Actor, spinoff: Spinoff) -> SpinoffView:
    people = (await uow.spinoffs.people([spinoff.id])).get(spinoff.id, {})
    mine = await _may_change(uow, actor, spinoff, people)
    return SpinoffView(
        spinoff=spinoff,
        members=tuple(each for each, agreed in people.items() if agreed),
        session=await _seen(uow, actor, spinoff),
        asked=people.get(actor.member_id) is False,
        mine=mine,
    )
