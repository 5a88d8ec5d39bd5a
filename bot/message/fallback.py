"""What each platform makes of each feature of a message and of the talk around it.

Every row is held by a test: what a message shows on the renderers, what `BEHAVIOUR` names on the adapters.
"""

_TABLE: dict[str, tuple[str, str, str]] = {
    "bold": ("Markdown: **bold**", "a bold entity", "plain text"),
    "italic": ("Markdown: *italic*", "an italic entity", "plain text"),
    "underline": ("Markdown: __underline__", "an underline entity", "plain text"),
    "strike": ("Markdown: ~~strike~~", "a strikethrough entity", "plain text"),
    "spoiler": ("Markdown: ||spoiler||", "a spoiler entity", "[spoiler: text]"),
    "code": ("Markdown: `code`", "a code entity", "plain text"),
    "pre": ("a fence with its language", "a pre entity with its language", "plain text"),
    "quote": ("> before every line", "a blockquote entity", "plain text"),
    "link": ("a masked link without a preview", "a text_link entity without a preview", "text (address)"),
    "mention": (
        "<@id>, the only one that is notified; somebody of another platform is a name",
        "a text_mention entity; somebody of another platform is a name",
        "@name; somebody of another platform is a name",
    ),
    "channel": ("<#id>", "#name", "#name"),
    "role": ("<@&id>, notified where the bot may", "its name", "its name"),
    "emoji": ("<:name:id>", "a custom_emoji entity", "the name of the emote"),
    "timestamp": (
        "<t:seconds:style>, in the reader's own time",
        "a date_time entity, in the reader's own time",
        "date and time in UTC",
    ),
    "card": (
        "an embed; what it cannot hold goes on in the next",
        "bold title and labels, the footer in italics; the thumbnail is a photo",
        "title — text | label: value | footer",
    ),
    "card with buttons": (
        "a layout of components in one frame, up to 4000 characters",
        "the card's text with an inline keyboard",
        "the card's line, then a numbered choice",
    ),
    "image": (
        "an attachment with alt text; an embed when it is elsewhere",
        "a photo with the text as its caption",
        "its address, else what it shows in brackets",
    ),
    "images": (
        "attachments, ten in a message",
        "albums of ten; with buttons the text comes below",
        "their addresses, else what they show in brackets",
    ),
    "files": (
        "attachments with a description; a link when it is elsewhere",
        "documents with a caption; a link when it is elsewhere",
        "their addresses, else their names in brackets",
    ),
    "buttons": ("rows of five components", "an inline keyboard", "a numbered choice: !1 first · !2 second"),
    "select": (
        "a menu of up to 25 choices, several at once where it says so",
        "an inline keyboard, a choice in each row, one at a press",
        "a numbered choice that goes on after the buttons",
    ),
    "private": ("an ephemeral answer; a direct message where there is none", "the private chat", "a whisper"),
    "announcement": ("a message", "a message", "an announcement where the bot may, else a line"),
    "long text": (
        "further messages of 2000 characters",
        "further messages of 4096 UTF-16 units and 100 entities",
        "further lines of at most 499 characters",
    ),
    "update": (
        "in place of the message whose button was pressed",
        "in place of the message whose button was pressed; a new one where that is an album",
        "a new line",
    ),
    "progress": ("one message, edited", "one message, edited", "a line now and then"),
    "stream": (
        "one message that grows",
        "a draft in private chats, elsewhere one message that grows",
        "the final text",
    ),
    "reaction": ("a reaction", "a reaction of those that Telegram has", "none"),
    "thread": ("the answer is in the thread or forum post", "the answer is in the topic", "a reply in its thread"),
    "ask": (
        "a modal, or an Answer button that opens it",
        "an inline keyboard for choices, else a forced reply",
        "the next line",
    ),
    "form": ("one modal", "one question after the other", "one question after the other"),
    "suggest": ("autocompletion while typing", "“did you mean” buttons", "“did you mean” as a numbered choice"),
    "menu": ("a context menu of users or messages", "a reply with the command", "a reply with the command"),
    "inline": ("a slash command everywhere it is installed", "inline mode in any chat", "a line of chat"),
    "slash": ("slash commands with typed fields", "a menu of commands", "lines with the prefix"),
}
_PLATFORMS = ("discord", "telegram", "twitch")

FALLBACKS: dict[tuple[str, str], str] = {
    (feature, platform): said for feature, row in _TABLE.items() for platform, said in zip(_PLATFORMS, row, strict=True)
}
"""By feature and platform."""

BEHAVIOUR: frozenset[str] = frozenset(
    {"update", "progress", "stream", "reaction", "thread", "ask", "form", "suggest", "menu", "inline", "slash"}
)
"""The features that are no part of a payload: held by the tests of the adapters, in `tests/platforms/<platform>/`."""
