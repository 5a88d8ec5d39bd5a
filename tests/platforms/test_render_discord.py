"""Discord: what is shown is what was said, read back with Discord's own rules of Markdown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run, b, code, i, link, t
from bot.platforms.discord.render import _own, markdown, payloads
from bot.users import User

ADA = User("discord", "11", "Ada", "ada")
HERE = ReplyHandle("discord", "1", "100", ADA, message="5")
SLASH = structs.replace(HERE, interaction="77", token="secret", message=None)

Shown = tuple[str, frozenset[str]]
INLINE = {
    "escape": r"\\([^0-9A-Za-z\s])",
    "autolink": r"<([^: >]+:/[^ >]+)>",
    "url": r"(https?://[^\s<]+[^<.,:;\"'\]\s])",
    "link": r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)",
    "italic": r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"
    r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s\*\\]|\*\*)|[^\s\*\\])+?)\*(?!\*)",
    "bold": r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)",
    "underline": r"__((?:\\[\s\S]|[^\\])+?)__(?!_)",
    "strike": r"~~([\s\S]+?)~~(?!_)",
    "spoiler": r"\|\|([\s\S]+?)\|\|",
    "code": r"(`+)([\s\S]*?[^`])\1(?!`)",
    "mention": r"<@!?(\d+)>",
    "role": r"<@&\d+>",
    "channel": r"<#\d+>",
    "emoji": r"<a?:\w+:\d+>",
    "shortcode": r":[\w+-]+:",
    "time": r"<t:-?\d+(?::\w)?>",
    "everyone": r"@everyone|@here",
}
BLOCK = {
    "fence": r"```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?\n*```",
    "quote": r" *>(?:>>)? ",
    "heading": r" *#{1,3}\s",
    "subtext": r" *-#\s",
    "list": r" *(?:[*+-]|\d+\.) ",
}
RULES = {name: re.compile(rule, re.IGNORECASE) for name, rule in INLINE.items()}
BLOCKS = {name: re.compile(rule, re.IGNORECASE) for name, rule in BLOCK.items()}
STYLED = ("bold", "italic", "underline", "strike", "spoiler")


def shown(text: str, style: frozenset[str] = frozenset(), *, top: bool = True) -> Iterator[Shown]:
    """Each character as Discord shows it, with its looks; an effect nobody asked for is a look with a `!`."""
    at = 0
    while at < len(text):
        if top and (at == 0 or text[at - 1] == "\n"):
            for name, rule in BLOCKS.items():
                if rule.match(text, at):
                    yield name, frozenset({"!"})
        name, found = rule_at(text, at)
        if found is None:
            yield text[at], style
            at += 1
            continue
        yield from effect(name, found, style)
        at = found.end()


def rule_at(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    """The rule that applies here: the first one, but among the looks the longest match."""
    for name, rule in RULES.items():
        found = rule.match(text, at)
        if found and name not in ("italic", "bold", "underline"):
            return name, found
        if found:
            rivals = [(each, RULES[each].match(text, at)) for each in ("italic", "bold", "underline")]
            return max(((each, one) for each, one in rivals if one), key=lambda pair: len(pair[1][0]))
    return "", None


def effect(name: str, found: re.Match[str], style: frozenset[str]) -> Iterator[Shown]:
    inner = next((group for group in found.groups() if group is not None), "")
    if name in STYLED:
        yield from shown(inner, style | {name}, top=False)
    elif name == "link":
        yield from shown(inner, style | {f"link {found[2]}"}, top=False)
    elif name == "escape":
        yield inner, style
    elif name == "autolink":
        yield from ((char, style) for char in inner)
    elif name == "code":
        held = found[2]
        held = held[1:-1] if held[0] == held[-1] == " " and "`" in held else held
        yield from ((char, frozenset({"code"})) for char in held)
    elif name == "mention":
        yield f"@{inner}", frozenset()
    else:
        yield name, frozenset({"!"})


def meant(runs: list[Run]) -> Iterator[Shown]:
    for run in runs:
        style = set()
        for flag, name in ((1, "bold"), (2, "italic")):
            if run.style & flag:
                style.add(name)
        if run.href:
            style.add(f"link {run.href}")
        if run.mention:
            yield f"@{run.mention}", frozenset()
        else:
            looks = frozenset({"code"}) if run.style & 4 else frozenset(style)
            yield from ((char, looks) for char in run.text)


def comparable(looks: Iterator[Shown]) -> list[Shown]:
    """White space has no look, and U+200B shows nothing."""
    return [(char, frozenset() if char.isspace() else style) for char, style in looks if char != "\u200b"]


# fmt: off
HOSTILE = [
    "@everyone", "@here", "**", "*", "_", "__", "~~", "||", "`", "``", "```", "```py\n", "\\", "\\\\", "<@1>",
    "<@&2>", "<#3>", "<:a:1>", ":smile:", "<t:1>", "[a](https://b.c)", "[", "]", "(", ")", "](", "# ", "> ", ">>> ",
    "- ", "-# ", "+ ", "* ", "1. ", "10.", "\n", " ", "  ", "a", "b", "Ж", "é", "https://x.y/a_b_c",
    "https://x.y/**q", "http://", "://", "<", ">", "<https://z.w>", ":", "@", "#", "|", "~", "5", "\n- ", "\n# ",
]
# fmt: on
TEXTS = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=8).map("".join)
RUNS = st.lists(
    st.one_of(
        st.builds(Run, TEXTS, st.integers(0, 7)),
        st.builds(
            Run, TEXTS, st.integers(0, 3), href=st.sampled_from(["https://a.example/x_y?z=1", "javascript:alert(1)"])
        ),
        st.builds(
            Run, st.just("Ada"), st.integers(0, 7), mention=st.sampled_from(["discord:11", "twitch:2", "discord:<@1>"])
        ),
    ),
    max_size=6,
)


def flat(runs: list[Run]) -> list[Run]:
    return [_own(run) for run in Message(*runs).flat()]


@given(RUNS)
def test_what_is_shown_is_what_was_said(runs: list[Run]) -> None:
    assert comparable(shown(markdown(flat(runs)))) == comparable(meant(flat(runs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_have_no_effect(text: str) -> None:
    content = payloads(Message(t("{who} says hi", who=text)), HERE)[0]["content"]
    assert comparable(shown(content)) == comparable((char, frozenset()) for char in f"{text} says hi")


@settings(deadline=None, max_examples=30)
@given(RUNS, st.integers(1, 40))
def test_long_ones_are_split_and_nothing_is_lost(runs: list[Run], times: int) -> None:
    bodies = payloads(Message(*runs * times), HERE)
    assert all(len(body["content"]) <= 2000 for body in bodies)
    said = "".join("@11" if run.mention else run.text for run in flat(runs * times))
    read = "".join(char for body in bodies for char, _ in shown(body["content"]))
    assert "".join(read.replace("\u200b", "").split()) == ("".join(said.split()) or "…")


@pytest.mark.parametrize(
    ("parts", "content"),
    [
        (["You have ", b(5), " ✦."], "You have **5** ✦."),
        ([b("a"), i("b")], "**a**\u200b*b*"),
        ([b(i("both")), b(" bold")], "***both*** **bold**"),
        ([b(" x ")], " **x** "),
        ([code("a`b")], "`` a`b ``"),
        ([code("`" * 3)], "`` `\u200b`\u200b` ``"),
        ([b(ADA)], "**<@11>**"),
        ([User("telegram", "9", "B*b")], "B\\*b"),
        ([link("here", "https://a.example/(x) y")], "[here](<https://a.example/%28x%29%20y>)"),
        ([link("https://a.example", "https://b.example")], "<https://a.example> \\(<https://b.example>)"),
        (
            [link("x", "https://a.example"), "](https://b.example)"],
            "[x](<https://a.example>)\\]\\(<https://b.example>)",
        ),
        ([link("x", "javascript:alert(1)")], "x \\(javascript\\:alert\\(1))"),
        (["see https://a.example/b_c."], "see <https://a.example/b_c>."),
        (["-1 and 10:30"], "\\-1 and 10\\:30"),
        (["ev\u202eil"], "evil"),
    ],
)
def test_golden(parts: list[Any], content: str) -> None:
    assert [body["content"] for body in payloads(Message(*parts), HERE)] == [content]


def test_only_who_is_mentioned_is_notified() -> None:
    message = Message(t("{a} {a} {b} <@33> @everyone", a=ADA, b=User("twitch", "22", "Bob")))
    assert payloads(message, HERE)[0]["allowed_mentions"] == {"parse": [], "users": ["11"]}


def test_mentions_are_allowed_in_the_piece_where_they_stand() -> None:
    bodies = payloads(Message("x " * 1500, ADA), HERE)
    assert [body["allowed_mentions"]["users"] for body in bodies] == [[], ["11"]]


def test_buttons_and_picture_are_on_the_last_piece() -> None:
    buttons = [Button("I agree", "consent", style="primary", id="b1"), Button("No", "no", style="danger", id="b2")]
    first, last = payloads(Message("x " * 1500, buttons=buttons, image=Image("A sigil", b"PNG")), HERE)
    assert first.keys() == {"content", "allowed_mentions"}
    assert last["files"] == [{"name": "image.png", "data": b"PNG", "description": "A sigil"}]
    assert last["components"] == [
        {
            "type": 1,
            "components": [
                {"type": 2, "label": "I agree", "style": 1, "custom_id": "b1"},
                {"type": 2, "label": "No", "style": 4, "custom_id": "b2"},
            ],
        }
    ]


def test_many_buttons_fill_rows_and_messages() -> None:
    bodies = payloads(Message("pick", buttons=[Button("x" * 99, "p", id=f"{n}") for n in range(27)]), HERE)
    assert [[len(row["components"]) for row in body["components"]] for body in bodies] == [[5] * 5, [2]]
    assert {len(key["label"]) for body in bodies for row in body["components"] for key in row["components"]} == {80}


def test_a_picture_elsewhere_is_embedded() -> None:
    body = payloads(Message(image=Image("A *sigil*", url="https://a.example/s.png")), HERE)[0]
    assert body["embeds"] == [{"description": "A \\*sigil\\*", "image": {"url": "https://a.example/s.png"}}]


@pytest.mark.parametrize("handle", [SLASH, HERE])
def test_private_is_flagged_on_every_piece(handle: ReplyHandle) -> None:
    hidden = payloads(Message("x " * 1500, private=True), handle)
    assert [body["flags"] for body in hidden] == [64, 64]
    assert payloads(Message("x"), structs.replace(handle, private=True))[0]["flags"] == 64
    assert "flags" not in payloads(Message("x"), handle)[0]


def test_nothing_to_say_is_still_an_answer() -> None:
    assert payloads(Message(), HERE)[0]["content"] == "…"
