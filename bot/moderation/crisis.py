"""Whether somebody may be in danger: suicide, harming oneself, violence at home. It runs before everything else.

It is made to miss little, so it is also right about some who are well: to be asked kindly costs them less.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from bot.message import Message
from bot.moderation.normalise import END, words
from bot.moderation.phrases import Phrases
from bot.moderation.signs import Scale
from config.load import load_data
from config.moderation import Crisis, Danger, Help, Signs, Weighed

_SAID = "said"
_FALLBACK = "en"


def in_danger(text: str) -> bool:
    """Whether the words say so in any language that config/crisis.toml has. Disguised spelling is read through."""
    said = words(text, disguised=True)
    languages = _languages()
    may_be, meant = any(language.may_be_in(said) for language in languages), said
    if may_be:
        for language in languages:
            meant = language.without_idioms(meant)
    return any(language.scale.tips(said, told=may_be and language.found_in(meant)) for language in languages)


def help_for(language: str | None) -> Help:
    """What to say then, in the language, or in English."""
    by_language = _data().help
    return by_language.get((language or _FALLBACK).split("-")[0].lower(), by_language[_FALLBACK])


def help_message(language: str | None) -> Message:
    """What somebody is told whose words sound like danger. Nothing of them is in it.

    Whom it cannot be told alone is not left without it: where they have said it in public, who helps is said there.
    """
    told = help_for(language)
    resources = (f"\n• {one}" for one in told.resources)
    return Message(told.text, *resources, private=True, pointer=" · ".join(told.resources))


@lru_cache(maxsize=1)
def _data() -> Crisis:
    return load_data(Crisis, "crisis.toml")


@lru_cache(maxsize=1)
def _languages() -> list["_Patterns"]:
    signs = load_data(Weighed, "signs.toml").signs
    return [_Patterns(danger, signs[code]) for code, danger in _data().danger.items()]


class _Rule:
    """Parts that stand together; those with `!` must not."""

    def __init__(self, written: str, within: int | None) -> None:
        parts = [part.strip() for part in written.split("&")]
        self.present = [part for part in parts if not part.startswith("!")]
        self.absent = [part[1:].strip() for part in parts if part.startswith("!")]
        self._within = within

    def holds(self, places: dict[str, list[int]], sentence: Sequence[int]) -> bool:
        """`places` are the words where a part begins, ascending; `sentence` is the number of each word's sentence."""
        if any(part not in places for part in self.present):
            return False
        if self._within is None:
            return not any(part in places for part in self.absent)
        return any(self._around(at, places, sentence) for at in places[self._rarest(places)])

    def may_hold(self, places: dict[str, list[int]], sentence: Sequence[int]) -> bool:
        """False when it does not hold either after words were struck out: by then another part may be the rarest one, and
        what was absent is not looked at."""
        if any(part not in places for part in self.present):
            return False
        if self._within is None:
            return True
        within, starts = 2 * self._within, places[self._rarest(places)]
        return any(all(_near(places[part], at, within, sentence) for part in self.present) for at in starts)

    def _rarest(self, places: dict[str, list[int]]) -> str:
        return min(self.present, key=lambda part: len(places[part]))

    def _around(self, at: int, places: dict[str, list[int]], sentence: Sequence[int]) -> bool:
        def close(part: str) -> bool:
            return _near(places.get(part, ()), at, self._within or 0, sentence)

        return all(close(part) for part in self.present) and not any(close(part) for part in self.absent)


def _near(places: Sequence[int], at: int, within: int, sentence: Sequence[int]) -> bool:
    """Whether one of `places` is in the sentence of `at` and not too far: the nearest on each side decides."""
    after = bisect_left(places, at)
    return any(
        abs(places[one] - at) <= within and sentence[places[one]] == sentence[at]
        for one in (after - 1, after)
        if 0 <= one < len(places)
    )


class _Patterns:
    """What one language says."""

    def __init__(self, danger: Danger, signs: Signs) -> None:
        self.scale = Scale(signs, danger.fillers)
        rules = [_Rule(written, danger.within) for written in danger.near]
        rules += [_Rule(written, None) for written in danger.together]
        self._rules: dict[str, list[_Rule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.present[0], []).append(rule)
        parts = {part: [part] for rule in rules for part in [*rule.present, *rule.absent]}
        self._harmless = Phrases({"": danger.harmless}, danger.groups, danger.fillers)
        self._phrases = Phrases({_SAID: danger.said, **parts}, danger.groups, danger.fillers)

    def found_in(self, meant: Sequence[str]) -> bool:
        """Whether the words, idioms struck out, say that somebody is in danger."""
        return self._found_in(meant, _Rule.holds)

    def may_be_in(self, said: Sequence[str]) -> bool:
        """False when nothing would be found either with idioms struck out, which takes longer than this."""
        return self._found_in(said, _Rule.may_hold)

    def _found_in(
        self, words: Sequence[str], holds: Callable[[_Rule, dict[str, list[int]], Sequence[int]], bool]
    ) -> bool:
        places: dict[str, list[int]] = {}
        for found in self._phrases.find(words):
            if found.label == _SAID:
                return True
            places.setdefault(found.label, []).append(found.start)
        sentence = list(_numbered(words))
        return any(holds(rule, places, sentence) for part in places for rule in self._rules.get(part, ()))

    def without_idioms(self, said: Sequence[str]) -> list[str]:
        """Idioms, games, animals and the like are struck out."""
        meant = list(said)
        for found in self._harmless.find(said):
            if not found.label:
                meant[found.start : found.end] = [""] * (found.end - found.start)
        return meant


def _numbered(said: Iterable[str]) -> Iterable[int]:
    number = 0
    for word in said:
        number += word == END
        yield number
