"""The rotation: who lectures when, by a rule that is fair, always gives the same answer, and can say why.

`values` holds what a rotation is made of, `line` the rule, `planning` all dates to come and what a given turn changes,
`asking` the times of asking and answering, `changing` what people change, `telling` why somebody was chosen. None of
them knows the time, the database or Discord.

`storage` holds what is kept of it, `reading` gives the rule what it plans on, `roster`, `unavailability` and `settings`
are acts of people, and `showing` is what each reader may see. `acts` is what every change comes with, `following` what
other features' acts mean for the rotation (`moving`: a session's new time). `swaps` is a turn that is offered to
others, `swapping` how it changes hands, `swap_news` what is told of it.

**The rule.** All members stand in one line: who owes a turn first, then by load, last turn (never comes first), day of
joining and id. For each place of a date the first of E is chosen: who is available, has not declined the date, and is
past their grace as a newcomer (which is ignored if E would be empty). Who has an open turn when they would be asked is
passed over, unless nobody else is left. *Fairness first*: among equals in turns owed and load, another industry than
those of the last lecture and of this date goes first. *Diversity first*: so it does among all whose load is below the
least + D (D = 3). A turn that is given clears the turn owed, or else adds 1 to the load. Afterwards B, the load of
newcomers, rises to the least load in E; who is below it gets load B and owes one turn. So whoever owes has load B.

**What holds** (`tests/domain/rotation` tries it on random histories):

P1. The chosen are in E, distinct, and min(k, |E|) many.
P2. Fairness first: the loads of members who could be chosen at every date since they were within 1 of each other stay
    within 1. With several lecturers a date, a turn owed is to be counted off the load: who owes may be chosen beside
    somebody with a load higher by 1, and only the latter's rises.
P3. Diversity first: loads that were equal stay within max(1, D) in the same way; with several lecturers a date this is
    told of members who owed nothing.
P4. Diversity first: when an industry is heard again, all of other industries had a load of least + D or more.
P5. Nobody owes more than one turn, however long they were away.
P6. A swap exchanges two unserved turns and changes nothing else. A cover counts for who takes it.
P7. A guest's date changes nobody's load, turn owed or last turn.
P8. The result depends neither on the order of what is given nor on hashes.
P9. What is planned is what will be chosen, if nothing changes until then.
P10. Planning again changes only planned turns.
"""

from bot.domain.rotation.asking import (
    answer_by,
    discuss_at,
    latest_ask,
    nudge_at,
    offer_at,
    tell_at,
    usual_ask,
)
from bot.domain.rotation.changing import Exchange, come_back, cover, excuse, join, swap
from bot.domain.rotation.planning import offered_to, plan, settle
from bot.domain.rotation.storage import RotationRepository, Unavailability
from bot.domain.rotation.telling import Reason, Spread, Why, explain, spread
from bot.domain.rotation.values import (
    FALLEN,
    OPEN,
    REFUSED,
    Away,
    Member,
    Plan,
    Planned,
    Priority,
    Roster,
    RotationSettings,
    Slot,
    Turn,
    TurnState,
)

__all__ = [
    "FALLEN",
    "OPEN",
    "REFUSED",
    "Away",
    "Exchange",
    "Member",
    "Plan",
    "Planned",
    "Priority",
    "Reason",
    "Roster",
    "RotationRepository",
    "RotationSettings",
    "Slot",
    "Spread",
    "Turn",
    "TurnState",
    "Unavailability",
    "Why",
    "answer_by",
    "come_back",
    "cover",
    "discuss_at",
    "excuse",
    "explain",
    "join",
    "latest_ask",
    "nudge_at",
    "offer_at",
    "offered_to",
    "plan",
    "settle",
    "spread",
    "swap",
    "tell_at",
    "usual_ask",
]
