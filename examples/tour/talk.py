"""Talk: lines that are no commands, of the places where somebody wants to hear them, and only there."""

from bot import App, Context, Message, on, t
from bot.events import Spoke
from bot.users import Place


@on(Spoke, text="good evening")
async def evening(_ctx: Context, event: Spoke) -> Message:
    """Answer a greeting."""
    return Message(t("Good evening, {who}.", who=event.user or "?"))


def public(place: Place) -> bool:
    """Groups and channels; what is said in private is nobody's business."""
    return not place.direct


def setup(app: App) -> None:
    """Listen, and answer."""
    app.on_listen(evening, public)
    app.add(evening)
