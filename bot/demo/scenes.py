"""The tour's story: seven people of seven industries, in two languages, on Wednesday mornings and lecturing in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import Permissions

from bot.demo.questions import sixth_week
from bot.demo.simulation import set_locale
from bot.i18n import _

if TYPE_CHECKING:
    import simcord

    from bot.demo.stage import Stage

PEOPLE = (
    ("yui", _("Yui (city hall, moderator)"), "ja"),
    ("ken", _("Ken (food distribution)"), "ja"),
    ("sora", _("Sora (statistics)"), "ja"),
    ("hana", _("Hana (NPO)"), "ja"),
    ("alice", _("Alice (logistics)"), "en-US"),
    ("bob", _("Bob (car maker)"), "en-GB"),
    ("carol", _("Carol (founder)"), "en-US"),
)


class Cast:
    """The people and channels of the tour; `cast.yui` is a person by their name."""

    def __init__(self, stage: Stage) -> None:
        env = stage.sim.env
        self.guild = env.create_guild("異業種勉強会 Asakai", preferred_locale="ja")
        self.general = self.guild.create_text_channel("general")
        manager = self.guild.create_role("運営", permissions=Permissions(manage_guild=True))
        stage.name(manager, "運営")
        self.people: dict[str, simcord.MemberActor] = {}
        for key, name, locale in PEOPLE:
            member = self.guild.add_member(env.create_user(key), roles=[manager] if key == "yui" else [])
            stage.name(member, name)
            set_locale(member, locale)
            self.people[key] = member
        self.sessions = self.general

    def __getattr__(self, name: str) -> simcord.MemberActor:
        return self.people[name]


async def play(stage: Stage) -> None:
    """All six weeks."""
    stage.narrator.preface(
        _("Seven people from seven industries meet in Tokyo on Wednesday mornings; times are Tokyo's."),
        _("BOT in …: what the bot sends by itself and whom it pings; channels read the server's language (Japanese)."),
        _("(only to them): a private answer; like direct messages, in the reader's own language (three use English)."),
        _("With --language ja, the story is told in Japanese."),
    )
    cast = Cast(stage)
    await set_up(stage, cast)
    await newcomers(stage, cast)
    await first_week(stage, cast)
    await second_week(stage, cast)
    await third_week(stage, cast)
    await fourth_week(stage, cast)
    await fifth_week(stage, cast)
    await sixth_week(stage, cast)


async def set_up(stage: Stage, cast: Cast) -> None:
    """A moderator sets it up once."""
    stage.narrator.chapter(_("Monday: the bot is invited, and a moderator sets it up once"))
    stage.happens(_("the bot joins the server"))
    await stage.joins(cast.guild.id)
    page = (await stage.command(cast.yui, cast.general, "setup")).response
    await stage.press(cast.yui, page, "bk:setup:skip:language")
    form = await stage.press(cast.yui, page, "bk:setup:form:time_zone")
    await stage.fill_in(cast.yui, form, "東京")
    await stage.press(cast.yui, page, "bk:setup:skip:moderator_role")
    await stage.press(cast.yui, page, "bk:setup:make")
    await stage.wait(5)
    await stage.press(cast.yui, page, "bk:setup:skip:channels")
    await stage.choose(cast.yui, page, "bk:setup:set:usual_start", "07:00", "07:00")
    cast.sessions = await stage.channel(cast.guild, "announcements_channel")
    await stage.command(cast.yui, cast.general, "group create", name="朝の異業種会", organizer=cast.ken)
    await stage.command(cast.yui, cast.general, "morning set", channel=cast.sessions)
    shown = await stage.command(
        cast.ken,
        cast.general,
        "series create",
        name="朝の会",
        rule="毎週水曜 朝7時",
        venue="駅前カフェ 2階",
        capacity=4,
    )
    await stage.press(cast.ken, shown.response, ":confirm")
    await stage.wait(5)


async def newcomers(stage: Stage, cast: Cast) -> None:
    """Two people get from the pinned message to a first answer by pressing buttons, each in their own language."""
    stage.narrator.chapter(_("Monday evening: two newcomers, one in Japanese, one in English, and no command"))
    await stage.wait_until("2026-01-05 19:00")
    door = stage.start_here(cast.sessions)
    form = await stage.press(cast.hana, door, "bk:introduce")
    told = {
        "industry": ["#welfare"],
        "employment": ["npo"],
        "occupation": "子ども食堂の運営",
        "topics": "ボランティア、寄付",
    }
    card = await stage.complete(cast.hana, form, told)
    await stage.press(cast.hana, card.followups[-1], ":post")
    joined = await stage.press(cast.hana, door, "bk:join")
    await stage.press(cast.hana, joined.followups[0], "bk:rsvp:1:maybe")
    joined = await stage.press(cast.alice, door, "bk:join")
    await stage.press(cast.alice, joined.followups[0], "bk:rsvp:1:going")
    await stage.press(cast.alice, door, "bk:reminders:open")
    await stage.wait(3)


async def first_week(stage: Stage, cast: Cast) -> None:
    """Answers, the evening before, the morning, and a waitlist."""
    stage.narrator.chapter(_("Week 1: people answer, and the first morning comes"))
    first = stage.announcement(cast.sessions, 1)
    for person in (cast.ken, cast.sora, cast.bob, cast.carol):
        await stage.press(person, first, "bk:rsvp:1:going")
    await stage.wait(3)
    stage.look(stage.announcement(cast.sessions, 1))
    await stage.command(cast.bob, cast.general, "session show", session="1")
    await stage.wait_until("2026-01-06 20:00")
    stage.narrator.chapter(_("Week 1: the evening before, somebody can't come after all"))
    await stage.wait_until("2026-01-06 20:30")
    await stage.press(cast.sora, first, "bk:rsvp:1:not_going")
    await stage.wait(5)
    await stage.wait_until("2026-01-07 06:00")
    await stage.press(cast.bob, first, "bk:rsvp:1:late")
    await stage.wait_until("2026-01-07 09:00")
    await stage.command(cast.alice, cast.general, "session list")


async def second_week(stage: Stage, cast: Cast) -> None:
    """A one-off visit is planned, moved and called off; the week's session moves by an hour."""
    stage.narrator.chapter(_("Week 2: a visit is planned and called off, a session moves"))
    await stage.wait_until("2026-01-08 12:00")
    shown = await stage.command(
        cast.ken,
        cast.general,
        "session schedule",
        theme="市場見学",
        when="1月17日(土) 9:00",
        kind="visit",
        duration=120,
    )
    await stage.press(cast.ken, shown.response, ":confirm")
    await stage.wait(5)
    visit = await stage.newest_session(cast.guild)
    await stage.press(cast.carol, stage.announcement(cast.sessions, visit), ":going")
    second = stage.announcement(cast.sessions, 2)
    await stage.press(cast.alice, second, "bk:rsvp:2:going")
    await stage.press(cast.sora, second, "bk:rsvp:2:not_going")
    await stage.wait_until("2026-01-12 12:00")
    shown = await stage.command(
        cast.ken, cast.general, "session edit", session="2", when="1月14日 8:00", reason="会場の都合"
    )
    await stage.press(cast.ken, shown.response, ":confirm")
    await stage.wait(5)
    shown = await stage.command(cast.ken, cast.general, "session cancel", session=str(visit), reason="雪の予報")
    await stage.press(cast.ken, shown.response, ":confirm")
    await stage.wait(5)
    await stage.wait_until("2026-01-14 10:00")


async def third_week(stage: Stage, cast: Cast) -> None:
    """The bot is off when the reminders fall due, and says them late but once."""
    stage.narrator.chapter(_("Week 3: the machine is off for a night"))
    await stage.wait_until("2026-01-20 12:00")
    third = stage.announcement(cast.sessions, 3)
    for person in (cast.bob, cast.hana, cast.alice):
        await stage.press(person, third, "bk:rsvp:3:going")
    await stage.wait_until("2026-01-20 19:00")
    stage.happens(_("the power goes out; the bot is off"))
    await stage.sim.stop()
    await stage.wait_until("2026-01-21 06:20")
    stage.happens(_("the machine is back; the bot starts again"))
    await stage.sim.restart()
    await stage.wait(5)
    await stage.press(cast.hana, third, "bk:rsvp:3:late")
    await stage.wait_until("2026-01-21 10:00")
    stage.happens(
        _("nobody got the evening-before reminder of the 20th: the morning post was due before the machine was back")
    )


async def fourth_week(stage: Stage, cast: Cast) -> None:
    """The morning post is paused, a date is skipped, and wrong input is answered kindly."""
    stage.narrator.chapter(_("Week 4: mistakes are answered kindly, a date is skipped"))
    await stage.wait_until("2026-01-22 21:00")
    await stage.command(cast.alice, cast.general, "session cancel", session="4")
    await stage.command(cast.ken, cast.general, "session schedule", theme="読書会", when="いつか朝")
    shown = await stage.command(
        cast.ken, cast.general, "series skip", series="朝の会", on="2026-02-04", reason="会場が休み"
    )
    await stage.press(cast.ken, shown.response, ":confirm")
    await stage.wait_until("2026-01-27 12:00")
    fourth = stage.announcement(cast.sessions, 4)
    await stage.press(cast.alice, fourth, "bk:rsvp:4:going")
    await stage.press(cast.sora, fourth, "bk:rsvp:4:going")
    await stage.command(cast.yui, cast.general, "morning preview")
    await stage.wait_until("2026-01-28 12:00")
    await stage.command(cast.carol, cast.general, "series show", series="朝の会")
    await stage.wait_until("2026-02-02 09:00")


async def fifth_week(stage: Stage, cast: Cast) -> None:
    """Lectures in turn: one says no, the next is asked, two swap, and a guest comes."""
    stage.narrator.chapter(_("Week 5: lectures in turn, and nobody has to find the lecturers"))
    await stage.command(cast.yui, cast.general, "group create", name="業界講義", organizer=cast.ken)
    for day in ("2月21日", "2月28日", "3月14日"):
        shown = await stage.command(
            cast.ken, cast.general, "session schedule", theme="業界の基礎", when=f"{day} 10:00", group="業界講義"
        )
        await stage.press(cast.ken, shown.response, ":confirm")
    first = await stage.newest_session(cast.guild) - 2
    for person in (cast.alice, cast.hana, cast.bob):
        await stage.command(person, cast.general, "group join", group="業界講義")
        await stage.command(person, cast.general, "rotation join", group="業界講義")
        # Who joined first is next: so there is a reason to read.
        await stage.wait(60)
    stage.narrator.chapter(_("Week 5: one can't, the next one is asked at once"))
    await stage.press(cast.alice.user, stage.direct(cast.alice), ":no:")
    await stage.wait(5)
    form = await stage.press(cast.hana.user, stage.direct(cast.hana), ":yes:")
    form = await stage.press(cast.hana.user, form.followups[-1], ":say:")
    await stage.complete(cast.hana.user, form, {"theme": "寄付はどこへ行くのか", "outline": "子ども食堂の一日"})
    await stage.wait(5)
    await stage.command(cast.alice, cast.general, "rotation why", session=str(first))
    await stage.command(cast.ken, cast.general, "rotation why", session=str(first))
    stage.narrator.chapter(_("Week 5: two swap their dates, and a guest is invited"))
    await stage.wait_until("2026-02-07 12:00")
    await stage.press(cast.alice.user, stage.direct(cast.alice), ":yes:")
    await stage.command(cast.hana, cast.general, "rotation swap", **{"session": str(first), "with": cast.alice})
    await stage.wait(5)
    await stage.press(cast.alice.user, stage.direct(cast.alice), "bk:swaptake:")
    await stage.wait(5)
    await stage.command(
        cast.ken,
        cast.general,
        "rotation guest",
        session=str(first + 2),
        name="佐藤",
        title="先生",
        affiliation="港の気象台",
        topic="天気予報の舞台裏",
        host=cast.sora,
    )
    await stage.wait(5)
    await stage.command(cast.carol, cast.general, "rotation show", group="業界講義")
    await stage.wait_until("2026-02-09 09:00")
