"""How a revelation looks: the mood and the reading at once, the pictures after it."""

from collections.abc import Iterable

from bot.message import Button, Choice, Image, Message, Part, Select, b, button, code, i, select, t
from bot.message.text import Text, Translate, words
from bot.moderation.crisis import help_aside
from bot.users import User
from handlers.journey.archetypes.catalogue import Catalogue
from handlers.journey.archetypes.showing import announced
from handlers.journey.codex.leaf import Opened, Page
from handlers.journey.moods import EMOJI, MOODS, mood_text
from handlers.journey.revelation.pictures import emblem_of, sigil_of
from handlers.journey.revelation.saga import Revealed
from handlers.journey.sigil.drawing import alt

_POINTER = "{who}, your answer is page {number} of your codex. Read it with {command}, where only you can see it."


def shown(who: User, one: Revealed, catalogue: Catalogue, language: str | None, translate: Translate) -> Message:
    """What somebody is told when they have answered; where others read, that they have."""
    parts: list[Part] = [_head(one.page), "\n", i(one.reading), "\n", _kept(one)]
    parts += announced(one.earned, catalogue, language)
    if one.worrying:
        parts += ["\n\n", help_aside(language)]
    following = [button(t("Next whisper"), "whisper", style="primary"), _codex(one.page)]
    return Message(
        *parts,
        private=True,
        buttons=following,
        selects=[other_mood(one.page, translate)],
        pointer=t(_POINTER, who=who, number=b(one.page.number), command=code(t("revelation latest"))),
        then=Message(images=list(_pictures(one, catalogue, language, translate)), private=True),
    )


def again(page: Opened, translate: Translate) -> Message:
    """A revelation of before."""
    return Message(
        _head(page),
        "\n",
        i(page.reading),
        private=True,
        buttons=[_codex(page)],
        selects=[other_mood(page, translate)],
        images=[sigil(page, translate)],
    )


def corrected(page: Page) -> Message:
    """Said when somebody knew better."""
    return Message(
        t("Page {number} counts as {mood} from now on.", number=page.number, mood=b(mood_text(page.corrected))),
        private=True,
    )


def sigil(page: Page, translate: Translate) -> Image:
    """The sigil of a page, drawn when it is sent."""
    said = words([alt(page.mood, page.depth)], translate)
    return Image(said, name=f"sigil-{page.number}.png", draw=sigil_of(page))


def other_mood(page: Page, translate: Translate) -> Select:
    """The other moods, to say that it felt like one of them."""
    offered = [
        Choice(one, f"{EMOJI[one]} {words([mood_text(one)], translate)}") for one in MOODS if one != page.corrected
    ]
    return select(t("It felt different"), "revelation mood", "mood", offered, {"page": page.number}, once=False)


def _head(page: Page) -> Text:
    return t("{emoji} {mood}", emoji=EMOJI[page.corrected], mood=b(mood_text(page.corrected)))


def _kept(one: Revealed) -> Text:
    number, chapter = b(one.page.number), one.page.chapter
    if not one.reward:
        return t("Page {number} of your codex, chapter {chapter}.", number=number, chapter=chapter)
    said = "Page {number} of your codex, chapter {chapter}. +{amount} ✦"
    return t(said, number=number, chapter=chapter, amount=b(one.reward))


def _codex(page: Page) -> Button:
    return button(t("In your codex"), "codex read", {"page": page.number}, once=False)


def _pictures(one: Revealed, catalogue: Catalogue, language: str | None, translate: Translate) -> Iterable[Image]:
    yield sigil(one.page, translate)
    for each in one.earned:
        said = words([t("The emblem of {name}", name=catalogue.spoken(each.id, language).name)], translate)
        yield Image(said, name=f"{each.id}.png", draw=emblem_of(each.id))
