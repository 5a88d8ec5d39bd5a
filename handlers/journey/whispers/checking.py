"""Whether a whisper that a model wrote may be asked: one question, short, in the right language, and no advice. Pure."""

import re
import unicodedata
from typing import Final

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

_ADVICE: Final = {
    "en": (
        r"you (should|must|ought|need to|have to|could try|might (want|try|consider)|may want|would be better|had better)",
        r"(should|shouldn't|must|couldn't) you",
        r"you'd (better|be better)",
        r"why (not|don't you|do you not|not just|won't you)",
        r"have you (ever )?(tried|considered|thought (about|of))",
        r"(how|what) about \w+ing",
        r"what if you",
        r"(just|please|always|never) (try|do|go|take|stop|start|let|be)",
        r"(try|consider|remember|forget|make sure|be sure) (to|that)",
        r"(try|consider) \w+ing",
        r"let('s| us)",
        r"i('d)? (would )?(suggest|recommend|advise)",
        r"(maybe|perhaps) you",
        r"(it's|it is|isn't it|is it not) (about )?time (to|you|that)",
        r"don't forget",
        r"would it (help|not be better)",
        r"wouldn't (it|you)",
        r"(see|talk to|speak to|ask) (a|your) (doctor|therapist|professional|counsellor|counselor)",
    ),
    "de": (
        r"du (solltest|sollst|musst|müsstest|könntest (es|mal|doch)|brauchst|darfst nicht)",
        r"(solltest|müsstest|musst|könntest) du (nicht|doch|mal|besser|lieber)",
        r"(warum|wieso|weshalb) (versuchst|probierst|machst|gehst|fragst|lässt|nimmst) du",
        r"hast du (es )?(schon |mal |einmal |je )*(versucht|probiert|überlegt|daran gedacht)",
        r"wie (wäre|wär) (es|'s)?",
        r"wär's",
        r"was wäre,? wenn du",
        r"lass (uns|es|los)",
        r"(versuch|versuche|probier|probiere|bedenke|denk|denke|achte|vergiss|nimm dir|gönn dir|sprich mit|rede mit) \w+",
        r"ich (rate|empfehle|würde)",
        r"vielleicht (solltest|könntest|hilft|magst)",
        r"(es ist|ist es nicht|wird es nicht) (an der )?zeit",
        r"am besten",
        r"(wäre|würde) es (nicht )?(besser|helfen)",
        r"(arzt|ärztin|therapeut|therapeutin|beratung) (fragen|sprechen|aufsuchen|gehen)",
    ),
}
_ADVISES: Final = {
    language: re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE) for language, patterns in _ADVICE.items()
}
_YOU_TO_I: Final = (
    "you/I your/my yours/mine yourself/myself are/am were/was du/ich dich/mich dir/mir dein/mein deine/meine deinem/meinem "
    "deinen/meinen deiner/meiner hast/habe bist/bin würdest/würde wolltest/wollte"
)
_I: Final = dict(pair.split("/") for pair in _YOU_TO_I.split())
LANGUAGES: Final = frozenset(_ADVICE)
"""Those in which advice is known when it is met."""


def fits(text: str, language: str) -> bool:
    """One question of 10 to 200 letters of this language (`LANGUAGES`), without advice, links, mentions, markup."""
    if not _SHORTEST <= len(text) <= LONGEST or not text[0].isalpha() or not all(map(_plain, text[:-1])):
        return False
    if text[-1] != "?" or _ADVISES[language].search(text.replace("’", "'")):
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
