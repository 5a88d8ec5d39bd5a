"""Updates come in: each is read, and what it asks of the house is handed over before it is confirmed."""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from msgspec import structs

from bot.adapter import Ingress
from bot.command import Invocation
from bot.events import Event, Joined, Left, Reacted, Spoke
from bot.message import t
from bot.platforms.telegram import wire
from bot.platforms.telegram.directory import PLATFORM, Directory
from bot.platforms.telegram.events import Bearings, Data, Line, data_of, inline, line, press
from bot.platforms.telegram.happenings import KINDS, Steps, Told, changed, moves, reactions
from bot.platforms.telegram.inline import answer_inline
from bot.platforms.telegram.members import Members
from bot.platforms.telegram.prompts import answers
from bot.platforms.telegram.sender import Sender

logger = logging.getLogger(__name__)
_GONE, _OVER = t("These buttons are no longer open."), t("This question is no longer open.")

Work = Callable[[], Awaitable[object]]
"""Something to be committed before the update is confirmed."""


class Receiver:
    """Reads the updates of one bot. `bearings` follow the commands."""

    def __init__(
        self,
        ingress: Ingress,
        sender: Sender,
        people: Directory,
        members: Members,
        bearings: Bearings,
    ) -> None:
        self._ingress, self._sender = ingress, sender
        self._people, self._members, self._steps = people, members, Steps()
        self.bearings = bearings

    def kinds(self) -> list[str]:
        """The updates to ask Telegram for: what nobody here listens to stays away."""
        wanted = {KINDS[event] for event in self._ingress.watched() if event in KINDS}
        return ["message", "callback_query", "inline_query", *sorted(wanted)]

    async def deal(self, update: wire.Given) -> None:
        """One update. Raises what the house raises: then it is not confirmed and comes again."""
        try:
            work = self._read(update) if isinstance(update, wire.Update) else _odd(update, update.why)
        except Exception as error:  # values that do not fit together
            work = _odd(update, type(error).__name__)
        for each in work:
            await each()
        self._ingress.heard(PLATFORM, str(update.update_id))

    def _read(self, update: wire.Update) -> list[Work]:
        """What an update asks of us; nothing for chatter."""
        now, number = time.time_ns() // 1_000, update.update_id
        self._people.learn_from(update)
        if message := update.message:
            return self._message(message, number, now)
        if query := update.callback_query:
            return self._pressed(query, number, now)
        if typed := update.inline_query:
            self._inline(typed, number, now)
        elif step := update.chat_member:
            self._members.forget(str(step.chat.id), str(step.new_chat_member.user.id))
            return self._told(changed(step, self.bearings, now, self._steps), Joined, Left)
        elif reaction := update.message_reaction:
            return self._told(reactions(reaction, number, self.bearings, now), Reacted)
        return []

    def _message(self, message: wire.Message, number: int, now: int) -> list[Work]:
        said = line(message, number, self.bearings, now)
        if said is not None:
            return self._said(said)
        if message.new_chat_members or message.left_chat_member:
            return self._told(moves(message, self.bearings, now, self._steps), Joined, Left)
        if message.migrate_to_chat_id:
            old, new = str(message.chat.id), str(message.migrate_to_chat_id)
            return [partial(self._ingress.moved, PLATFORM, old, new)]
        return []

    def _said(self, said: Line) -> list[Work]:
        """A command or an answer; or talk, for rooms that somebody listens to."""
        one = said.invocation
        if said.linked or self._ingress.wants(
            one.text, one.author, one.place, addressed=said.addressed, files=bool(one.files), reply=said.reply
        ):
            return [partial(self._ingress.submit, one)]
        if one.text and not one.place.direct and self._ingress.listens(one.place):
            spoke = Spoke(
                id=one.id,
                place=one.place,
                at=one.received,
                user=one.author,
                message=one.reply.message or "",
                text=one.text,
            )
            return [partial(self._ingress.happened, spoke, one.reply)]
        return []

    def _told(self, told: Iterable[Told], *kinds: type[Event]) -> list[Work]:
        if not self._ingress.watched().intersection(kinds):
            return []
        return [partial(self._ingress.happened, event, reply) for event, reply in told]

    def _pressed(self, query: wire.CallbackQuery, number: int, now: int) -> list[Work]:
        """In a group the answer may still become a notice; elsewhere the press is answered at once."""
        self._sender.presses.arrived(query.id)
        data = data_of(query)
        pressed = press(query, data, number, self.bearings, now) if data else None
        if data is None or pressed is None:
            self._tell(query, str(_GONE))
            return []
        if data.question is not None:
            return self._answered(query, pressed, data)
        if pressed.place.direct:
            self._tell(query)
        return [partial(self._ingress.submit, pressed)]

    def _answered(self, query: wire.CallbackQuery, pressed: Invocation, data: Data) -> list[Work]:
        """A key under a question. Whether it is theirs to answer is the house's to say."""
        question = self._ingress.question(data.question or "")
        given = answers(question.fields[0]) if question else []
        if question is None or data.answer >= len(given):
            self._tell(query, str(_OVER))
            return []
        name, value = question.fields[0].name, given[data.answer][1]
        answer = structs.replace(pressed, kind="answer", question=question.id, options={name: value})
        return [partial(self._answer, query, answer)]

    async def _answer(self, query: wire.CallbackQuery, answer: Invocation) -> None:
        if await self._ingress.submit(answer) != "refused":
            self._tell(query)

    def _tell(self, query: wire.CallbackQuery, text: str = "") -> None:
        """Answer a press: with a notice in the presser's language, or with nothing, which stops its spinner."""
        if self._sender.presses.take(query.id):
            translated = self._ingress.localizations(text) if text and query.sender.language_code else {}
            self._sender.release(query.id, translated.get(query.sender.language_code or "", text))

    def _inline(self, query: wire.InlineQuery, number: int, now: int) -> None:
        """Nothing is kept of what is only looked at, so nothing waits for it."""
        asked = inline(query, number, self.bearings, now)
        self._sender.background(answer_inline(self._sender.calls, self._ingress, query.id, asked))


def _odd(update: wire.Given, why: str) -> list[Work]:
    """Told, and skipped."""
    logger.warning("Telegram update %s cannot be read (%s): skipped.", update.update_id, why)
    return []
