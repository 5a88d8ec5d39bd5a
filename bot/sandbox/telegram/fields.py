"""What each emulated method of the Bot API takes. Values come as form text: `"7"`, `"true"`, nested ones as JSON.

Source: core.telegram.org/bots/api. Fields that this house never sends are left out, and refused.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field, structs

from bot.sandbox.telegram.errors import bad

EntityType = Literal[
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
]  # fmt: skip
NESTED = frozenset(
    (
        "entities", "caption_entities", "reply_markup", "reply_parameters", "link_preview_options", "commands", "scope",
        "allowed_updates", "media", "reaction", "results", "button",
    )
)  # fmt: skip


class Fields(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every method's fields and of the objects in them."""


class Account(Fields):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""


class Entity(Fields):
    type: EntityType
    offset: int
    length: int
    url: str | None = None
    user: Account | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


class InlineButton(Fields):
    text: str
    callback_data: str | None = None
    url: str | None = None
    style: Literal["danger", "success", "primary"] | None = None


class Markup(Fields):
    inline_keyboard: list[list[InlineButton]] | None = None
    force_reply: bool | None = None
    input_field_placeholder: str | None = None
    selective: bool | None = None


class ReplyParameters(Fields):
    message_id: int
    chat_id: int | None = None
    allow_sending_without_reply: bool = False


class LinkPreview(Fields):
    is_disabled: bool = False


class Command(Fields):
    command: str
    description: str


class Scope(Fields):
    type: Literal[
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ] = "default"
    chat_id: int | None = None
    user_id: int | None = None


class GetUpdates(Fields):
    offset: int = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    timeout: Annotated[int, Meta(ge=0)] = 0
    allowed_updates: list[str] | None = None


class Sending(Fields, kw_only=True):
    chat_id: int
    message_thread_id: int | None = None
    disable_notification: bool = False
    protect_content: bool = False
    reply_parameters: ReplyParameters | None = None
    reply_markup: Markup | None = None


class SendMessage(Sending, kw_only=True):
    text: str
    entities: list[Entity] = []
    link_preview_options: LinkPreview | None = None


class SendPhoto(Sending, kw_only=True):
    photo: str
    caption: str = ""
    caption_entities: list[Entity] = []


class SendDocument(Sending, kw_only=True):
    document: str
    caption: str = ""
    caption_entities: list[Entity] = []


class InputMedia(Fields, kw_only=True):
    type: Literal["photo", "document", "video", "audio"]
    media: str
    caption: str = ""
    caption_entities: list[Entity] = []


class SendMediaGroup(Fields, kw_only=True):
    chat_id: int
    media: list[InputMedia]
    message_thread_id: int | None = None
    disable_notification: bool = False
    protect_content: bool = False
    reply_parameters: ReplyParameters | None = None


class SendDraft(Fields, kw_only=True):
    chat_id: int
    draft_id: int
    text: str = ""
    entities: list[Entity] = []
    message_thread_id: int | None = None


class OneMessage(Fields):
    chat_id: int
    message_id: int


class Editing(OneMessage, kw_only=True):
    reply_markup: Markup | None = None


class EditMessageText(Editing, kw_only=True):
    text: str
    entities: list[Entity] = []
    link_preview_options: LinkPreview | None = None


class EditMessageCaption(Editing, kw_only=True):
    caption: str = ""
    caption_entities: list[Entity] = []


class EditMessageMedia(Editing, kw_only=True):
    media: InputMedia


class Reaction(Fields):
    type: Literal["emoji"]
    emoji: str


class SetReaction(OneMessage, kw_only=True):
    reaction: list[Reaction] = []
    is_big: bool = False


class OneChat(Fields):
    chat_id: int


class OneMember(OneChat):
    user_id: int


class OneFile(Fields):
    file_id: str


class SetWebhook(Fields):
    url: str
    secret_token: str = ""
    allowed_updates: list[str] | None = None
    max_connections: Annotated[int, Meta(ge=1, le=100)] = 40
    drop_pending_updates: bool = False


class DeleteWebhook(Fields):
    drop_pending_updates: bool = False


class NoFields(Fields):
    pass


class InlineText(Fields, kw_only=True):
    message_text: str
    entities: list[Entity] = []
    link_preview_options: LinkPreview | None = None


class Article(Fields, kw_only=True):
    type: Literal["article"]
    id: str
    title: str
    input_message_content: InlineText
    description: str = ""


class InlineOpener(Fields):
    text: str
    start_parameter: str


class AnswerInline(Fields, kw_only=True):
    inline_query_id: str
    results: list[Article]
    cache_time: int = 300
    is_personal: bool = False
    next_offset: str = ""
    button: InlineOpener | None = None


class ChatAction(Fields):
    chat_id: int
    action: Literal["typing", "upload_photo", "upload_document"]
    message_thread_id: int | None = None


class AnswerQuery(Fields):
    callback_query_id: str
    text: str = ""
    show_alert: bool = False
    cache_time: int = 0


class Menu(Fields):
    commands: list[Command]
    scope: Scope = field(default_factory=Scope)
    language_code: str = ""


class MenuOf(Fields):
    scope: Scope = field(default_factory=Scope)
    language_code: str = ""


AnyFields = TypeVar("AnyFields", bound=Fields)
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "media": "there are no media in the request",
    "draft_id": "draft identifier is not specified",
}


def decoded(form: Mapping[str, str], uploaded: Mapping[str, bytes]) -> dict[str, Any]:
    """The form with its nested values decoded; an uploaded part is the parameter of its name, unless a value points at it."""
    pointed = {name for name in uploaded for value in form.values() if f"attach://{name}" in value}
    values: dict[str, Any] = {name: f"attach://{name}" for name in uploaded if name not in pointed}
    for name, value in form.items():
        try:
            values[name] = json.loads(value) if name in NESTED else value
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return values


def checked(kind: type[AnyFields], values: Mapping[str, Any]) -> AnyFields:
    """The fields of one method. Raises `ApiError` for one that is missing, unknown or of another type."""
    for one in structs.fields(kind):
        if one.required and not values.get(one.name) and one.name in _MISSING:
            raise bad(_MISSING[one.name])
    try:
        return msgspec.convert(dict(values), kind, strict=False)
    except msgspec.ValidationError as error:
        if str(error).endswith("`$.chat_id`"):
            raise bad("chat not found") from None
        raise bad(f"can't parse parameters: {error}") from None
