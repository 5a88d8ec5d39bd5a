"""What people can do on each emulated platform: one body for each verb, the same for the control API and for tests."""

from typing import Any, Final, TypeAlias

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.emulator import Upload
from bot.sandbox.world import SandboxError

Values: TypeAlias = dict[str, Any]


class Body(BaseModel):
    """What a verb is told."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    def arguments(self) -> Values:
        """What the emulator's verb is called with: only what was given."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class Event(Body):
    """`event_id` is the caller's own name of the event: used twice, delivered twice."""

    event_id: str | None = Field(None, min_length=1, max_length=100)


class Somebody(Event):
    """Somebody of the world does it."""

    user: str = Field(min_length=1, max_length=64)


class Somewhere(Somebody):
    """In a room, the first one when none is named."""

    channel: str | None = None


class FileBody(BaseModel):
    """A file; `data` is base64."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=255)
    data: Base64Bytes
    type: str = "application/octet-stream"


def _uploaded(value: Any) -> Any:
    """Files among the values of options and fields: they are what has a name and data."""
    if isinstance(value, list):
        return [_uploaded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() >= {"name", "data"}:
        try:
            one = FileBody.model_validate(value)
        except ValidationError:
            raise SandboxError("a file is its name, its type, and its data in base64") from None
        return Upload(one.name, one.data, one.type)
    return {name: _uploaded(inner) for name, inner in value.items()}


class Line(Somewhere):
    """Somebody types a line in a channel, or to the bot alone; `reply_to` is the id of the message it answers."""

    text: str
    private: bool = False
    reply_to: str | None = None


class FiledLine(Line):
    """A line with files."""

    files: list[FileBody] = []

    def arguments(self) -> Values:
        """Files as the emulators take them."""
        given = super().arguments()
        if "files" in given:
            given["files"] = [Upload(one.name, one.data, one.type) for one in self.files]
        return given


class TopicLine(FiledLine):
    """A line with files, perhaps in a topic of a forum."""

    topic: int | None = None


class Press(Somebody):
    """Somebody presses a button of a message, by its id or its label."""

    message: str
    button: str


class Slash(Somewhere):
    """Somebody uses a registered command."""

    command: str = Field(min_length=1, max_length=100)
    options: Values = {}
    private: bool = False

    def arguments(self) -> Values:
        """Files as the emulators take them."""
        return {name: _uploaded(value) for name, value in super().arguments().items()}


class Autocomplete(Slash):
    """Somebody is typing the option `focus` of a command."""

    focus: str


class Menu(Somewhere):
    """Somebody uses an entry of the context menu of a person (by name) or of a message (by id)."""

    command: str = Field(min_length=1, max_length=100)
    target: str


class Pick(Somebody):
    """Somebody picks from a select of a message, by values or labels."""

    message: str
    values: list[str]
    select: str | None = None


class Submit(Somebody):
    """Somebody fills in a modal, by its id or the newest one, fields by id or label."""

    values: Values
    modal: str | None = None

    def arguments(self) -> Values:
        """Files as the emulators take them."""
        return {name: _uploaded(value) for name, value in super().arguments().items()}


class Member(Body):
    """Somebody comes to a room or leaves it."""

    user: str = Field(min_length=1, max_length=64)
    channel: str | None = None


class React(Body):
    """Somebody reacts to a message; without an emoji the reaction is taken off."""

    user: str = Field(min_length=1, max_length=64)
    message: str
    emoji: str | None


class Inline(Body):
    """Somebody types behind the bot's name in any chat."""

    user: str = Field(min_length=1, max_length=64)
    query: str


class Start(Body):
    """Somebody opens the bot, by a link with this payload perhaps."""

    user: str = Field(min_length=1, max_length=64)
    payload: str = ""


class Room(Event):
    """Something happens in a room, the first one when none is named."""

    channel: str | None = None


class Migrate(Body):
    """A basic group becomes a supergroup."""

    channel: str


class Redeem(Somewhere):
    """Somebody spends channel points on a reward, named by its title."""

    reward: str
    text: str = ""


class Cheer(Somewhere):
    """Somebody gives bits."""

    bits: int = Field(ge=1)
    text: str = ""


class Subscribe(Somewhere):
    """Somebody subscribes, or goes on with a subscription (`months` above 1)."""

    tier: int = Field(1, ge=1, le=3)
    months: int = Field(1, ge=1)
    text: str = ""
    gift: bool = False


class Gift(Somewhere):
    """Somebody gives subscriptions to others."""

    count: int = Field(1, ge=1)
    tier: int = Field(1, ge=1, le=3)


class Raid(Somewhere):
    """Somebody sends the viewers of their own channel here."""

    viewers: int = Field(ge=1)


VERBS: Final[dict[str, dict[str, type[Body]]]] = {
    "say": {"discord": FiledLine, "twitch": Line, "telegram": TopicLine},
    "press": {"discord": Press, "twitch": Press, "telegram": Press},
    "slash": {"discord": Slash},
    "autocomplete": {"discord": Autocomplete},
    "menu": {"discord": Menu},
    "pick": {"discord": Pick},
    "submit": {"discord": Submit},
    "join": {"discord": Member, "telegram": Member},
    "leave": {"discord": Member, "telegram": Member},
    "react": {"discord": React, "telegram": React},
    "inline": {"telegram": Inline},
    "start": {"telegram": Start},
    "migrate": {"telegram": Migrate},
    "follow": {"twitch": Somewhere},
    "subscribe": {"twitch": Subscribe},
    "gift": {"twitch": Gift},
    "raid": {"twitch": Raid},
    "cheer": {"twitch": Cheer},
    "redeem": {"twitch": Redeem},
    "live": {"twitch": Room},
    "offline": {"twitch": Room},
}
"""Who can do what, and what must be told for it."""

NAMES: Final = {"start": "start_bot"}
"""What an emulator calls a verb where it needs the word for something else."""
