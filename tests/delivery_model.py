"""A plain model of what a post may do and of how Discord keeps its channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.posts import Post, PostState

DISCORD_KNOWS = timedelta(seconds=300)
"""How long Discord answers a nonce with its first message."""

P = PostState
TABLE: dict[PostState, set[PostState]] = {
    P.PLANNED: {P.CLAIMED, P.CANCELLED},
    P.CLAIMED: {P.PLANNED, P.RETRY, P.SENDING, P.EXPIRED, P.CANCELLED, P.SENT, P.UNCONFIRMED},
    P.SENDING: {P.SENT, P.RETRY, P.UNDELIVERABLE, P.FAILED, P.CANCELLED},
    P.RETRY: {P.CLAIMED, P.CANCELLED},
    # The only way back: what was cancelled before any attempt may be planned again.
    P.CANCELLED: {P.PLANNED},
}


@dataclass
class Message:
    id: int
    row: int
    nonce: str
    payload: str
    at: datetime


@dataclass
class Discord:
    """Channels as Discord keeps them: a nonce that it knows makes no second message."""

    readable: bool = True
    messages: list[Message] = field(default_factory=list)
    on_the_way: list[tuple[datetime, Post]] = field(default_factory=list)

    def accept(self, post: Post, at: datetime) -> int:
        assert post.nonce
        assert post.payload
        for message in self.messages:
            if message.nonce == post.nonce and at - message.at < DISCORD_KNOWS:
                return message.id
        self.messages.append(Message(1000 + len(self.messages), post.id, post.nonce, post.payload, at))
        return self.messages[-1].id

    def of(self, row: int) -> list[Message]:
        return [message for message in self.messages if message.row == row]

    def arrive(self, now: datetime) -> None:
        """What was on the way for longer than its sender waited takes effect after all."""
        for at, post in sorted(self.on_the_way, key=lambda each: each[0]):
            if at <= now:
                self.accept(post, at)
        self.on_the_way = [each for each in self.on_the_way if each[0] > now]
