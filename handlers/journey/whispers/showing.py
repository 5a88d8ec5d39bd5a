"""How a whisper looks: the question, how to answer it, and the two buttons under it."""

from bot.message import Message, Part, button, code, i, t
from handlers.journey.whispers.whispering import Asked


def shown(asked: Asked, lead: Part = "") -> Message:
    """For its person alone. `lead` stands before the question."""
    return Message(
        lead,
        i(asked.words),
        t("\nAnswer with {answer} and your words, where only I can read them.", answer=code(t("answer"))),
        private=True,
        buttons=[button(t("Answer"), "answer", style="primary", once=False), button(t("Skip"), "skip")],
    )
