"""Whether words that a model wrote give advice, which nothing on the journey does. Pure."""

import re
from typing import Final

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
LANGUAGES: Final = frozenset(_ADVICE)
"""Those in which advice is known when it is met."""


def advises(text: str, language: str) -> bool:
    """Does it tell somebody what to do? In one of `LANGUAGES`."""
    return bool(_ADVISES[language].search(text.replace("’", "'")))
