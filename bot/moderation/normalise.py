"""One spelling for what can be written in many ways: disguised letters, umlauts, contractions."""

import re
import unicodedata
from functools import lru_cache

from config.load import load_data
from config.moderation import Moderation

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"})
_QUOTES = {ord(one): "'" for one in "’‘ʼ`´"}
_DROPPED = frozenset({"Mn", "Cf"})
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ ._\-*|]{1,2}[^\W\d_](?![^\W_])){2,}")
_BETWEEN = re.compile(r"[ ._\-*|]+")
_RUNS = re.compile(r"(.)\1{2,}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?…;\n]+|[,:](?=\s)|[\u2600-\u27bf\U0001f300-\U0001faff]")
_ENDINGS = {"ll": "will", "ve": "have", "re": "are", "m": "am", "d": "d", "s": "s", "t": "t"}
_MARKS = frozenset(".!?…;\n,:")
END = "."
"""The word that stands for the end of a sentence."""
PAUSE = ","
"""The word that stands for a comma."""


@lru_cache(maxsize=1)
def _spelling() -> Moderation:
    return load_data(Moderation, "moderation.toml")


@lru_cache(maxsize=1)
def _letters() -> tuple[dict[int, str], re.Pattern[str], dict[str, str]]:
    spelling = _spelling()
    leet = spelling.leet
    signs = "".join(map(re.escape, leet))
    inside = re.compile(rf"(?<=[^\W\d_])[{signs}]+(?=[^\W\d_])|(?<![^\W_])[{signs}](?=[^\W\d_]{{3}})")
    return str.maketrans(spelling.confusables), inside, leet


def umlauts(text: str) -> str:
    """German letters written out, as many people type them: ä is ae, ß is ss."""
    return unicodedata.normalize("NFC", text).translate(_UMLAUTS)


def _changed(text: str, letters: dict[int, str]) -> str:
    """Most texts have none of the letters, and to see that takes less than to translate."""
    return text if letters.keys().isdisjoint(map(ord, set(text))) else text.translate(letters)


def normalise(text: str) -> str:
    """Lower case without disguise: marks and invisible characters gone, look-alikes and digits read as the letters
    they stand for, s p a c e d letters joined, letters repeated three times or more written twice."""
    confusables, inside, leet = _letters()
    plain = unicodedata.normalize("NFKD", text)
    if not plain.isascii():
        plain = _changed(plain, {ord(one): "" for one in set(plain) if unicodedata.category(one) in _DROPPED} | _QUOTES)
        plain = _changed(plain.casefold(), confusables)
    plain = _SPACED.sub(lambda found: _BETWEEN.sub("", found[0]), plain.lower())
    plain = inside.sub(lambda found: "".join(leet[sign] for sign in found[0]), plain)
    return _RUNS.sub(r"\1\1", plain)


def words(text: str, *, disguised: bool = False) -> list[str]:
    """The words of a text in one spelling, with `END` and `PAUSE` between sentences and their parts: umlauts and
    contractions are written out (`don't` is `do`, `not`). `disguised` undoes evasion first."""
    plain = umlauts(text)
    plain = normalise(plain) if disguised else unicodedata.normalize("NFKC", plain).translate(_QUOTES).lower()
    spellings = _spelling().spellings
    found: list[str] = []
    for word in _WORD.findall(plain):
        if word[0] in _MARKS:
            found.append(PAUSE if word in ",:" else END)
        elif word in spellings:
            found += spellings[word].split()
        elif "'" in word:
            found += _parted(word, spellings)
        else:
            found.append(word)
    return found


def _parted(word: str, spellings: dict[str, str]) -> list[str]:
    if word.replace("'", "") in spellings:
        return spellings[word.replace("'", "")].split()
    head, _, tail = word.rpartition("'")
    head = head.replace("'", "")
    if tail == "t" and head.endswith("n"):
        return [head[:-1], "not"]
    return [head, _ENDINGS.get(tail, tail)]
