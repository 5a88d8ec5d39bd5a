"""mirror spawn, consent, reflect, list. Whatever a mirror says is shown as a mirror's."""

from typing import Annotated

from annotated_types import MaxLen, MinLen

from bot import App, Context, Message, Rest, Suggest, b, button, code, command, group, i, limit, t, tn
from bot.message import Text
from handlers.naming import near
from mirrors import Mirrors
from mirrors.shelf import mirrors_of
from mirrors.words import ConsentMissingError

_YOUNG = 200
_LIST = 20
_CONSENT = (
    "A mirror is a small model of how you write. If you agree, I read your answers to whispers, those you gave and "
    "those you will give, and nothing else. From them I make a mirror that speaks in your manner, to you alone, and "
    "always says that it is a mirror. No other person and no other service gets your words. You end it whenever you "
    "want with {end}: then nothing is read any more and your mirrors fall silent."
)


async def _mine(ctx: Context, typed: str) -> list[str]:
    """The author's own mirrors alone."""
    return near([one.name for one in await ctx.read(mirrors_of, ctx.author)], typed)


@command(limit("5/minute"), private=True)
async def spawn(ctx: Context, name: Annotated[str, MinLen(1), MaxLen(32)], *, mirrors: Mirrors) -> Message:
    """Make a mirror of your own words, or make one of yours anew.

    Args:
        name: What to call it.
    """
    try:
        made = await mirrors.spawn(ctx, " ".join(name.split()))
    except ConsentMissingError:
        return _ask()
    return Message(
        t(
            "{name} is spawned, a {age}. Let it speak with {reflect}.",
            name=b(made.name),
            age=_age(made.samples),
            reflect=code(t("mirror reflect")),
        ),
        private=True,
        buttons=[button(t("Reflect"), "mirror reflect", {"name": made.name}, once=False)],
    )


@command(private=True)
async def consent(ctx: Context, agree: bool, *, mirrors: Mirrors) -> Message:
    """Agree that your answers are read for a mirror, or end it.

    Args:
        agree: Yes, or no.
    """
    await mirrors.consent(ctx, agree=agree)
    if not agree:
        return Message(t("Nothing of yours is read for a mirror, and your mirrors are silent."), private=True)
    return Message(
        t(
            "Agreed. Spawn a mirror with {spawn} and a name; end it with {end}.",
            spawn=code(t("mirror spawn")),
            end=code(t("mirror consent no")),
        ),
        private=True,
    )


@command(limit("20/minute"), private=True)
async def reflect(
    ctx: Context,
    name: Annotated[str, MaxLen(80), Suggest(_mine)] = "",
    prompt: Annotated[str, Rest, MaxLen(500)] = "",
    *,
    mirrors: Mirrors,
) -> Message:
    """Let your mirror speak.

    Args:
        name: Which of your mirrors; the newest when you do not say.
        prompt: What it should speak about.
    """
    said = await mirrors.reflect(ctx, name, prompt)
    label = t("🪞 A mirror of {who}, not {who}: ", who=b(ctx.author.name))
    if said.text is None:
        silence = t(
            "silence. {name} is a {age}, and all it found came too close to your own words.",
            name=b(said.name),
            age=_age(said.samples),
        )
        return Message(label, silence, private=True)
    return Message(label, i(said.text), t("\n{name}, {age}", name=said.name, age=_age(said.samples)), private=True)


@command(name="list", private=True)
async def list_(ctx: Context, *, mirrors: Mirrors) -> Message:
    """See your mirrors."""
    mine = await mirrors.list(ctx)
    if not mine:
        return Message(
            t("You have no mirror. Make one with {spawn} and a name.", spawn=code(t("mirror spawn"))), private=True
        )
    lines = [t("\n{name}, {age}", name=b(one.name), age=_age(one.samples)) for one in mine[:_LIST]]
    return Message(t("Your mirrors:"), *lines, private=True)


def setup(app: App) -> None:
    """Register the mirror's commands."""
    app.add(group("mirror", "A mirror of your own words.", spawn, consent, reflect, list_))


def _ask() -> Message:
    """The consent text and its two answers."""
    return Message(
        t(_CONSENT, end=code(t("mirror consent no"))),
        private=True,
        buttons=[
            button(t("I agree"), "mirror consent", {"agree": True}, style="primary"),
            button(t("Not now"), "mirror consent", {"agree": False}),
        ],
    )


def _age(samples: int) -> Text:
    """How much a mirror was made of, honestly."""
    if samples < _YOUNG:
        return tn("young mirror: {n} answer", "young mirror: {n} answers", samples)
    return tn("mirror of {n} answer", "mirror of {n} answers", samples)
