"""Discord: what is shown is what was said, read back with Discord's own rules of Markdown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.command import ReplyHandle
from bot.message import Button, Choice, File, Image, Message, Run, Select, b, card, code, i, link, t, u
from bot.message.plain import cleaned, lined
from bot.message.text import joined
from bot.platforms.discord.layout import layout
from bot.platforms.discord.markdown import escaped, markdown, own
from bot.platforms.discord.render import payloads
from bot.users import User

ADA = User("discord", "11", "Ada", "ada")
HERE = ReplyHandle("discord", "1", "100", ADA, message="5")
SLASH = structs.replace(HERE, interaction="77", token="secret", message=None)

Shown = tuple[str, frozenset[str]]
QUOTE = re.compile(r"( *>(?!>>) [^\n]*(?:\n *>(?!>>) [^\n]*)*\n?)| *>>> ")
INLINE = {
    "fence": r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```",
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
            if quoted := QUOTE.match(text, at):
                held = re.sub("^ *> ?", "", quoted[1] or "", flags=re.MULTILINE)
                yield from shown(held, style | {"quote" if quoted[1] else "!"})
                at = quoted.end()
                continue
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
    """What a rule makes of what it found. Nothing has a look inside of what stands for one thing."""
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
        yield from ((char, style & {"quote"} | {"code"}) for char in held)
    elif name == "fence":
        yield from ((char, frozenset({f"pre {found[1] or ''}"})) for char in found[2])
    elif name in ("mention", "role", "channel", "emoji", "time"):
        yield found[0], style & {"quote"}
    else:
        yield name, frozenset({"!"})


def meant(runs: list[Run]) -> Iterator[Shown]:
    for run in runs:
        style = set()
        for flag, name in ((1, "bold"), (2, "italic"), (8, "underline"), (16, "strike"), (32, "spoiler")):
            if run.style & flag:
                style.add(name)
        around = {"quote"} if run.block == "quote" else set()
        if run.href:
            style.add(f"link {run.href}")
        if run.block == "pre":
            yield from (
                (char, frozenset({f"pre {run.lang if run.lang in ('py', 'c++') else ''}"})) for char in run.text
            )
        elif run.mention:
            yield run.mention.replace("discord:", "<@").replace("@#", "#").replace("@&", "@&") + ">", frozenset(around)
        elif run.emoji:
            yield f"<:{run.emoji['discord']}>", frozenset(around)
        elif run.when is not None:
            yield f"<t:{run.when // 1_000_000}:R>", frozenset(around)
        else:
            looks = {"code"} if run.style & 4 else style
            yield from ((char, frozenset(looks | around)) for char in run.text)


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
QUOTED = st.sampled_from(["", "", "quote"])
TEXTS = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=8).map("".join)
RUNS = st.lists(
    st.one_of(
        st.builds(Run, TEXTS, st.integers(0, 63), block=st.sampled_from(["", "", "quote", "pre"])),
        st.builds(Run, TEXTS, block=st.just("pre"), lang=st.sampled_from(["py", "c++", "a b", "```"])),
        st.builds(
            Run,
            TEXTS,
            st.integers(0, 3),
            block=QUOTED,
            href=st.sampled_from(["https://a.example/x_y?z=1", "javascript:alert(1)"]),
        ),
        st.builds(
            Run,
            st.just("Ada"),
            st.integers(0, 63),
            block=QUOTED,
            mention=st.sampled_from(
                ["discord:11", "discord:#7", "discord:&8", "twitch:2", "discord:<@1>", "discord:##1"]
            ),
        ),
        st.builds(
            Run,
            st.just("☺"),
            st.integers(0, 63),
            block=QUOTED,
            emoji=st.sampled_from([{"discord": f"smirk:{10**17}"}, {"discord": "x>:1"}, {"twitch": "Kappa"}]),
        ),
        st.builds(
            Run,
            st.just("4 o'clock"),
            st.integers(0, 63),
            block=QUOTED,
            when=st.integers(-(10**25), 10**25),
            shape=st.just("relative"),
        ),
    ),
    max_size=6,
)


def flat(runs: list[Run]) -> list[Run]:
    return lined([own(run) for run in cleaned(Message(*runs).flat())])


@given(RUNS)
def test_what_is_shown_is_what_was_said(runs: list[Run]) -> None:
    assert comparable(shown(markdown(flat(runs)))) == comparable(meant(flat(runs)))


USUAL = st.lists(
    st.one_of(
        st.builds(Run, TEXTS, st.sampled_from([0, 0, 1, 2, 3, 4, 5])),
        st.builds(Run, st.just("Ada"), st.integers(0, 5), mention=st.sampled_from(["discord:11", "discord:#7"])),
    ),
    max_size=4,
)


@given(USUAL | RUNS)
def test_what_is_usual_is_shown_like_everything_else(runs: list[Run]) -> None:
    whole = markdown(joined(flat(runs)))
    bodies = payloads(Message(*runs), HERE)
    assert [body["content"] for body in bodies] == [whole if whole.strip() else "…"] or len(whole) > 2000


@given(st.text("1 -+#>.:/*x\n\u2003", max_size=8) | TEXTS)
def test_a_simple_text_is_escaped_like_any_other(text: str) -> None:
    with_another_line = escaped(f"{text}\n*")
    assert f"{escaped(text)}\n\\*" == with_another_line


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_have_no_effect(text: str) -> None:
    content = payloads(Message(t("{who} says hi", who=text)), HERE)[0]["content"]
    assert comparable(shown(content)) == comparable((char, frozenset()) for char in f"{text} says hi")


@settings(deadline=None, max_examples=30)
@given(RUNS, st.integers(1, 40))
def test_long_ones_are_split_and_nothing_is_lost(runs: list[Run], times: int) -> None:
    bodies = payloads(Message(*runs * times), HERE)
    assert all(len(body["content"]) <= 2000 for body in bodies)
    said = "".join(text for text, _ in meant(flat(runs * times)))
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
        ([code("a"), b(code("b"))], "`a`\u200b`b`"),
        ([code("a"), Run("☺", 4, emoji={})], "`a☺`"),
        ([u("https://x.y/a__b")], "__<https://x.y/a_\u200b_b>__"),
        ([b("a\nb"), "\n- c"], "**a\nb**\n\\- c"),
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
    first, last = payloads(Message("x " * 1500, buttons=buttons, images=[Image("A sigil", b"PNG")]), HERE)
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
    body = payloads(Message(images=[Image("A *sigil*", url="https://a.example/s.png")]), HERE)[0]
    assert body["embeds"] == [{"description": "A \\*sigil\\*", "image": {"url": "https://a.example/s.png"}}]


@pytest.mark.parametrize("handle", [SLASH, HERE])
def test_private_is_flagged_on_every_piece(handle: ReplyHandle) -> None:
    hidden = payloads(Message("x " * 1500, private=True), handle)
    assert [body["flags"] for body in hidden] == [64, 64]
    assert payloads(Message("x"), structs.replace(handle, private=True))[0]["flags"] == 64
    assert "flags" not in payloads(Message("x"), handle)[0]


def test_nothing_to_say_is_still_an_answer() -> None:
    assert payloads(Message(), HERE)[0]["content"] == "…"


BUTTON = Button("go", "p", id="b")


def test_what_an_embed_cannot_hold_goes_on_in_the_next() -> None:
    bodies = payloads(
        Message(card=card("t " * 2500, "d " * 2500, fields={f"f{n}": "v" for n in range(60)}, footer="f")), HERE
    )
    embeds = [embed for body in bodies for embed in body["embeds"]]
    assert "".join(one.get("title", "") + one.get("description", "") for one in embeds).count("t") == 2500
    assert sum(one.get("description", "").count("d") for one in embeds) == 2500
    assert [field["name"] for one in embeds for field in one.get("fields", [])] == [f"f{n}" for n in range(60)]
    assert [one["footer"]["text"] for one in embeds if "footer" in one] == ["f"]


def test_a_card_with_buttons_is_a_layout_when_it_can_be() -> None:
    short, long = (payloads(Message(card=card("T", "x" * n), buttons=[BUTTON]), HERE) for n in (10, 4000))
    assert short[0]["flags"] == 1 << 15
    assert "embeds" in long[0]
    assert payloads(Message(card=card("T"), buttons=[BUTTON], private=True), HERE)[0]["flags"] == 1 << 15 | 64
    assert "flags" not in payloads(Message(card=card("T")), HERE)[0]


def test_a_plain_body_can_be_shown_in_place_of_a_layout() -> None:
    (plain,) = payloads(Message("Done.", images=[Image("a", b"1")]), HERE)
    shown = layout(plain)
    assert shown is not None
    assert shown["files"] == plain["files"]
    assert shown["allowed_mentions"] == plain["allowed_mentions"]
    assert [one["type"] for one in shown["components"]] == [10, 12]
    assert shown["components"][1]["items"] == [{"media": {"url": "attachment://image.png"}, "description": "a"}]
    assert layout({"content": "x" * 2000, "embeds": [{"description": "y" * 2001}]}) is None


def test_titles_and_footers_show_names_and_a_card_notifies_nobody() -> None:
    (body,) = payloads(Message(card=card(ADA, ADA, footer=ADA)), HERE)
    (embed,) = body["embeds"]
    assert (embed["title"], embed["description"], embed["footer"]["text"]) == ("Ada", "<@11>", "Ada")
    assert body["allowed_mentions"] == {"parse": [], "users": []}


def test_a_thumbnail_is_uploaded_with_its_embed() -> None:
    files = [File(f"{n % 2}.txt", b"1") for n in range(12)]
    first, second = payloads(Message(card=card("T", thumbnail=Image("a", b"PNG", name="x y.gif")), files=files), HERE)
    assert first["embeds"][0]["thumbnail"] == {"url": f"attachment://{first['files'][0]['name']}"}
    assert (len(first["files"]), len(second["files"])) == (10, 3)


def test_a_select_of_many_goes_on_in_the_next_message() -> None:
    choices = [Choice("same", f"{n}") for n in range(30)]
    bodies = payloads(
        Message("x", selects=[Select("Pick", "p", "o", choices, most=40, id="s")], buttons=[BUTTON]), HERE
    )
    menus = [body["components"][0]["components"][0] for body in bodies]
    assert [option["value"] for menu in menus for option in menu["options"]] == [f"#{n}" for n in range(30)]
    assert [menu["max_values"] for menu in menus] == [25, 5]
    assert [len(body["components"]) for body in bodies] == [1, 2]


def test_an_address_that_nobody_can_open_is_shown() -> None:
    message = Message("x", images=[Image("a sigil", url="file:///s")], files=[File("a/b.txt", b"", "empty")])
    assert payloads(message, HERE)[0]["content"] == "x\n\\[a sigil \\(file\\:///s)\\]\n\\[b.txt: empty\\]"
