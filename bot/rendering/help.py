"""What somebody can do now, in words: short enough for a phone, with a button for each next step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import discord
from msgspec import Struct

from bot.domain.choices import has_word
from bot.domain.groups import folded
from bot.domain.help import HelpView, Rotations
from bot.domain.sessions import SessionView
from bot.i18n import Words, _, locale_str
from bot.rendering.afar import for_dm
from bot.rendering.buttons import button_id
from bot.rendering.calendar import moment, shortened
from bot.rendering.content import Button, Content
from bot.rendering.memberships import join_button
from bot.rendering.names import some_of
from bot.rendering.own_reminders import own_button, reminders_button
from bot.rendering.profiles import introduce_button
from bot.rendering.questions import ask_button
from bot.rendering.sessions import ANSWERS, answer_buttons

FEATURE = "help"
OVERVIEW, NO_TOPIC = "all", "none"
"""What a button goes on with that is no topic: where the reader stands, or that there is no such topic."""
_SETUP = "setup"
_FIELD = 1024
"""Characters that Discord takes in a field."""
_STEPS = 3000
"""Characters of what is next, so that the whole stays below the 6,000 that an embed has."""
_ALSO: Mapping[str, str] = {"ask": "question", "question": "ask"}
"""Topics that people call by the same words: what to look at after the first."""
_MOST_NAMED = 5
"""So many groups with a rotation are named."""

WORDS: Mapping[str, str] = {
    "session": (
        "session, sessions, meeting, meetings, event, events, schedule, plan, planning, rsvp, answer, attendance, "
        "late, absent, absence, cancel, can't come, cannot come, question box, venue, place, next, change, "
        "move, 次はいつ, 次回, 休み, 休む, 遅刻, 遅れ, 会場, 場所, "
        "変更, キャンセル, 行けない, 寝坊, 質問箱, 勉強会, 予定, 日程, スケジュール, 出欠, "
        "出席, 欠席, 参加, 回答, 開催, 中止, イベント"
    ),
    "series": "series, repeat, repeating, recurring, weekly, 定例会, 定例, 繰り返し, 毎週, 毎月, 隔週, 休会, シリーズ",
    "rotation": (
        "rotation, lecture, lectures, lecturer, lecturers, speaker, speakers, turn, turns, my turn, swap, "
        "guest, guests, "
        "持ち回り, 輪番, 講師, 講義, 発表, 発表の順番, 順番, 担当, 交代, 交換, ゲスト"
    ),
    "ask": "ask, asking, questions, anonymous, anonymously, 質問する, 質問したい, 質問, 匿名, 聞きたい",
    "question": (
        "question, answers, forum, q&a, solved, search, find, accept, accepted, thank, thanks, thank you, "
        "検索, 探す, 質問を検索, 質問を探す, 質問一覧, フォーラム, 解決, 採用, お礼, 感謝, ありがとう"
    ),
    "topic": "topic, topics, theme, themes, propose, proposal, vote, votes, voting, テーマ, 提案, 投票, 票",
    "spinoff": "spin-off, spinoff, project, projects, company, npo, startup, プロジェクト, 起業, 会社, 法人",
    "who": "who, who knows, known for, expert, experts, 詳しい人, 詳しい方, 得意, 誰に聞く, 誰が知っている",
    "pairing": "pairing, pair, pairs, paired, 1on1, one on one, coffee, ペアリング, ペア, ランチ, お茶",
    "introduce": "introduce, introducing, acquaint, get to know, 紹介, 引き合わせ, 会いたい, 会ってみたい",
    "mod": "restriction, restrictions, restrict, ban, 制限, 出入り禁止",
    "group": "group, groups, join, leave, organizer, organizers, 部会, グループ, 入会, 退会, 幹事",
    "profile": "profile, profiles, introduction, industry, industries, プロフィール, 自己紹介, 業界, 趣味, ふりがな",
    "me": (
        "reminder, reminders, notification, notifications, dm, direct message, direct messages, "
        "ledger, history, privacy, "
        "リマインダー, リマインド, 通知, お知らせ, ダイレクトメッセージ, 自分の予定, 履歴, 記録, 公開範囲"
    ),
    "morning": "morning, morning post, 朝, 朝会, 朝の投稿, 朝のお知らせ",
    "settings": (
        "settings, configuration, language, time zone, permissions, quiet hours, "
        "設定, 言語, タイムゾーン, 権限, 通知を控える時間帯"
    ),
    "setup": "set up, installation, 初期設定, セットアップ, 導入",
    OVERVIEW: "help, how to use, how to, how does it work, usage, ヘルプ, 使い方, 使いかた, つかいかた, 何ができる",
}
"""What people call each topic, in both languages and divided by commas; none stands at two topics."""
_WITH_ANY = frozenset({"change", "move", "next", "変更"})
"""Words that go with any topic, and so count only where no other does; so do those for the overview."""


class Topic(Struct, frozen=True):
    """A command with subcommands, or one without: its name, and each line a command's usage and what it does."""

    name: str
    description: locale_str | str
    commands: Sequence[tuple[str, locale_str | str]]


def overview(value: HelpView, member_id: int, topics: Sequence[Topic], w: Words, *, afar: str = "") -> Content:
    """Where the reader stands, what is next for them, and what else there is.

    `afar` is what the server is called when they ask in a direct message, where only some buttons can act.
    """
    if not value.community.is_set_up:
        return _not_set_up(value, w)
    title = w(_("What you can do now on {server}"), server=afar) if afar else w(_("What you can do now"))
    steps = _steps(value, w)
    if afar and (not value.introduced or (not value.mine and value.others)):
        there = w(_("To begin, use `/help` on the server itself: there it has buttons for this."))
        steps.append(f"- {there}")
    embed = discord.Embed(title=shortened(title, 256), description=shortened("\n".join(steps), _STEPS))
    if value.next is not None:
        embed.add_field(name=w(_("Next session")), value=_next(value.next, member_id, w), inline=False)
    lines = [f"`/{topic.name}` {_said(topic.description, w)}" for topic in topics]
    commands = _("All commands (in direct messages: /help and /me)") if afar else _("All commands")
    for number, text in enumerate(_in_fields(lines)):
        embed.add_field(name=w(_("More commands") if number else commands), value=text, inline=False)
    embed.set_footer(text=w(_("/help topic: explains one of them.")))
    return Content(embed=embed, rows=_rows_afar(value, w) if afar else _rows(value, w))


def _in_fields(lines: Sequence[str]) -> list[str]:
    """The lines in as many fields as they need; none is cut."""
    fields: list[str] = []
    for line in lines:
        if fields and len(fields[-1]) + 1 + len(line) <= _FIELD:
            fields[-1] += f"\n{line}"
        else:
            fields.append(line)
    return fields


def topic(value: Topic, w: Words, *, in_dm: bool = False) -> Content:
    """All commands of one kind; `in_dm` says that they are explained in a direct message, which has few of them."""
    lines = [f"`/{usage}`\n{_said(description, w)}" for usage, description in value.commands]
    if value.name in _ALSO and not in_dm:
        lines.append(w(_("See also {help}."), help=f"`/help topic:{_ALSO[value.name]}`"))
    text = "\n".join(lines)
    shown = for_dm(text, w) if in_dm else text
    return Content(embed=discord.Embed(title=_said(value.description, w), description=shown[:4096]))


def unknown(topics: Sequence[Topic], w: Words) -> Content:
    """There is no such topic."""
    lines = [w(_("I have no help on that. Please choose one of these topics:"))]
    lines += [f"- `/help topic:{each.name}` {_said(each.description, w)}" for each in topics]
    return Content("\n".join(lines))


def label(value: Topic, w: Words) -> str:
    """A topic in a list of choices: its command, and what it is about."""
    return f"/{value.name} {_said(value.description, w)}"


def suggested(typed: str, topics: Sequence[Topic], w: Words) -> list[Topic]:
    """The topics that fit what was typed so far: one of their words begins with it, or their label contains it."""
    key = _folded(typed)
    return [
        each
        for each in topics
        if key in _folded(label(each, w)) or any(word.startswith(key) for word in _words().get(each.name, ()))
    ]


def meant(text: str, topics: Sequence[Topic], w: Words) -> str:
    """The name of the topic that somebody means by "/session list" or 「リマインダー」; `NO_TOPIC`: none.

    Of several words for topics in the text the longest counts, and of two of a length the first.
    """
    key = _folded(text)
    names = {each.name for each in topics} | {OVERVIEW}
    if (command := key.partition(" ")[0]) in names:
        return command
    of = [(word, name) for name in names for word in _words().get(name, ())]
    known = [
        (name != OVERVIEW and word not in _WITH_ANY, len(word), -key.index(word), name)
        for word, name in of
        if has_word(key, word)
    ]
    if known:
        return max(known)[-1]
    found = suggested(text, topics, w)
    return found[0].name if len(found) == 1 else NO_TOPIC


def _folded(text: str) -> str:
    return folded(re.sub(r"[/?!.,「」“”？！。、]", " ", text))


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(map(folded, words.split(", "))) for name, words in WORDS.items()}


def _said(text: locale_str | str, w: Words) -> str:
    return w(text) if isinstance(text, locale_str) else text


def _not_set_up(value: HelpView, w: Words) -> Content:
    if value.role != "moderator":
        return Content(w(_("I am not set up here yet. A moderator does that with `/setup`; it takes about a minute.")))
    button = Button(w(_("Set up")), button_id(_SETUP, "open"), discord.ButtonStyle.primary)
    return Content(
        w(_("I am not set up here yet. Begin with `/setup` or this button; it takes about a minute.")),
        rows=((button,),),
    )


def _steps(value: HelpView, w: Words) -> list[str]:
    """What is next for the reader, the first thing first."""
    lines: list[str] = []
    if not value.introduced:
        lines.append(w(_("**Introduce yourself**: what you do, and what others can ask you about.")))
    if not value.mine and value.others:
        lines.append(w(_("**Join a study group**: you then see when it meets next.")))
    if value.mine:
        names = [w(_("“{name}”"), name=name) for name in value.mine]
        lines.append(w(_("You are a member of {groups}."), groups=w.list(names)))
        if value.community.members_may_host and not value.organizes and value.role != "moderator":
            lines.append(w(_("`/session schedule` lets you host a discussion, a visit or a social there.")))
    if value.organizes:
        names = [w(_("“{name}”"), name=name) for name in value.organizes]
        text = _(
            "You look after {groups}: `/session schedule` plans one session, `/series create` a standing one, "
            "`/session edit` changes it."
        )
        lines.append(w(text, groups=w.list(names)))
    lines += _rotations(value.rotations, w)
    if value.community.questions_channel:
        text = _(
            "**Ask a question** with `/ask`: I put it to a few people who may know. `/question search` finds what was "
            "answered before, `/who knows` finds people."
        )
        lines.append(w(text))
    if value.role == "moderator":
        if not value.mine and not value.others:
            lines.append(w(_("**Make the first study group** with `/group create`.")))
        else:
            lines.append(
                w(
                    _(
                        "As a moderator, you can plan a standing session with `/series create` and a single one with "
                        "`/session schedule`. `/group create` makes another study group."
                    )
                )
            )
        if not value.has_morning:
            lines.append(w(_("**Choose the channel of the morning post** with `/morning set`.")))
        if not value.community.questions_channel:
            lines.append(w(_("**Choose a forum for questions** to people of other industries with `/settings set`.")))
        lines.append(w(_("`/settings show` says which permissions I still need, and what could not be delivered.")))
    elif not value.mine and not value.others:
        lines.append(w(_("There is no study group here yet. A moderator can make one with `/group create`.")))
    return [f"- {line}" for line in lines]


def _rotations(value: Rotations, w: Words) -> list[str]:
    """The reader's next turn, and what they can do about rotations."""

    def named(names: Sequence[str]) -> str:
        return some_of([w(_("“{name}”"), name=name) for name in names], _MOST_NAMED, w)

    lines: list[str] = []
    if value.next is not None:
        text = _("**Your next turn**: you lecture at **{theme}**, {when}.")
        if not value.confirmed:
            text = _("**Your next turn**: you are asked to lecture at **{theme}**, {when}.")
        lines.append(w(text, theme=value.next.theme, when=moment(value.next.starts_at)))
    if value.mine:
        text = _("You take part in the rotation of {groups}: `/rotation show` says who lectures when.")
        lines.append(w(text, groups=named(value.mine)))
    if value.to_join:
        text = _("In {groups} members lecture in turn on their own industry: `/rotation join` lets you take part.")
        lines.append(w(text, groups=named(value.to_join)))
    if value.to_begin:
        text = _("{groups} can have members lecture in turn: that begins as soon as somebody uses `/rotation join`.")
        lines.append(w(text, groups=named(value.to_begin)))
    return lines


def _next(value: SessionView, member_id: int, w: Words) -> str:
    session, mine = value.session, value.of(member_id)
    name = w(_("**{theme}** ({group})"), theme=session.theme, group=value.group.name)
    lines = [name, moment(session.starts_at)]
    if session.venue:
        lines.append(w(_("Place: {venue}"), venue=session.venue))
    if mine is not None:
        answer = w(ANSWERS[mine.answer])
        if mine.waiting:
            answer = w(_("{answer} (on the waitlist)"), answer=answer)
        lines.append(w(_("Your answer so far: {answer}."), answer=answer))
    return "\n".join(lines)


def _rows(value: HelpView, w: Words) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if value.next is not None:
        rows += answer_buttons(value.next.session.id, w)
    first: list[Button] = []
    if not value.introduced:
        first.append(introduce_button(w))
    if not value.mine and value.others:
        first.append(join_button(w))
    if value.mine:
        first.append(reminders_button(w))
    if value.community.questions_channel:
        first.append(ask_button(w))
    return (*rows, *((tuple(first),) if first else ()))


def _rows_afar(value: HelpView, w: Words) -> tuple[tuple[Button, ...], ...]:
    """The buttons that know which server is meant."""
    guild_id = value.community.guild_id
    answers = () if value.next is None else answer_buttons(value.next.session.id, w, guild_id=guild_id)
    return (*answers, (own_button(guild_id, w),))
