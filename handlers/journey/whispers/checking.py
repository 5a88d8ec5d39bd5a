"""Whether a whisper that a model wrote may be asked: one question, short, in the right language, and no advice. Pure."""

import re
import unicodedata
from typing import Final

from handlers.journey.advice import advises

LONGEST: Final = 200
_SHORTEST: Final = 10
_LEAST: Final = 2
"""Of the words below, so that it is known which language this is."""
_SMALL: Final = {
    "en": "a an and are at be but by can could did do does ever for from had has have he her how if is it its me my of on or "
    "she still that the their them there they this to what when where which who whom whose why with would you your yours "
    "yourself",
    "de": "aber als auf aus bei bist das dass dein deine deinem deinen deiner deines dem den der des dich dir du durch ein "
    "eine einem einen einer eines es für hast hat ich ihm ihr ist jemand kannst könntest mit nach nicht nie noch oder schon "
    "sich sie sind um und von vor wann war warum was welche welchem welchen welcher welches wem wen wenn wer wessen wie "
    "wieso wirst wo woran woraus worin worüber wovon würdest zu zum zur über",
}
"""Words that questions have; none of them is in both."""

_COMMON: Final = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_SIGNS: Final = frozenset(" ,;:'’‘\"“”„«»()–—-")
_WORD: Final = re.compile(r"[^\W\d_]+")

_YOU_TO_I: Final = (
    "you/I your/my yours/mine yourself/myself are/am were/was du/ich dich/mich dir/mir dein/mein deine/meine deinem/meinem "
    "deinen/meinen deiner/meiner hast/habe bist/bin würdest/würde wolltest/wollte"
)
_I: Final = dict(pair.split("/") for pair in _YOU_TO_I.split())


def fits(text: str, language: str) -> bool:
    """One question of 10 to 200 letters of this language (one of `advice.LANGUAGES`), without advice, links, mentions, markup."""
    if not _SHORTEST <= len(text) <= LONGEST or not text[0].isalpha() or not all(map(_plain, text[:-1])):
        return False
    if text[-1] != "?" or advises(text, language):
        return False
    said = [word.casefold() for word in _WORD.findall(text)]
    common = {one: sum(word in words for word in said) for one, words in _COMMON.items()}
    mine = common.pop(language)
    return mine >= _LEAST and mine > max(common.values())


def of_oneself(text: str) -> str:
    """The question as a person would ask it of themselves: what says that somebody is in danger says it in the first person."""
    return _WORD.sub(lambda found: _I.get(found[0].casefold(), found[0]), text)


def _plain(one: str) -> bool:
    """A Latin letter, a digit, or a sign that stands within a sentence: no end of another one, and nothing of a link."""
    if one in _SIGNS or one in "0123456789":
        return True
    return one.isalpha() and unicodedata.name(one, "").startswith("LATIN ")
