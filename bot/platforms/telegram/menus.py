"""The menus of commands: one for each kind of chat and each language, sent when they changed.

Source: core.telegram.org/bots/api#determining-list-of-commands. Administrators of a group are shown their own menu instead of
the group's, so it holds both.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence

from telegram.error import TelegramError

from bot.adapter import Ingress
from bot.command import CommandSpec
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.limits import ABOUT, MENU, NAME, here, menu_name

logger = logging.getLogger(__name__)
SCOPES = ("all_private_chats", "all_group_chats", "all_chat_administrators")

Translate = Callable[[str, str], Mapping[str, str]]
"""`Ingress.localizations`."""
Menu = list[dict[str, str]]


class Menus:
    """What the commands are called here. `paths` are the paths behind the names, in every language."""

    def __init__(self, specs: Sequence[CommandSpec], translate: Translate) -> None:
        self._specs = [spec for spec in specs if here(spec)]
        self._translate = translate
        self.paths = {menu_name(spec.path): spec.path for spec in self._specs}
        self.languages = sorted({code for spec in self._specs for code in self._codes(spec)})
        for spec in self._specs:
            for name in (*map(menu_name, spec.aliases), *(self._name(spec, code) for code in self.languages)):
                self.paths.setdefault(name, spec.path)

    def of(self, scope: str, language: str = "") -> Menu:
        """The commands offered in such chats, at most `MENU`."""
        specs = [spec for spec in self._specs if _offered(spec, scope)]
        return [
            {"command": self._name(spec, language), "description": self._about(spec, language)} for spec in specs[:MENU]
        ]

    @property
    def too_many(self) -> bool:
        """Are there commands that no menu has room for?"""
        return any(sum(_offered(spec, scope) for spec in self._specs) > MENU for scope in SCOPES)

    def _codes(self, spec: CommandSpec) -> set[str]:
        """The languages that say it in their own words; menus take codes of two letters."""
        texts = [self._translate(spec.about, ""), *(self._translate(word, "command") for word in spec.path.split())]
        return {code for text in texts for code in text if len(code) == 2}

    def _name(self, spec: CommandSpec, language: str) -> str:
        """In this language; its own name where the translation is none that a menu takes, or is another command's."""
        own = menu_name(spec.path)
        words = (self._translate(word, "command").get(language, word) for word in spec.path.split())
        name = menu_name(" ".join(words)).lower()
        return name if NAME.fullmatch(name) and self.paths.get(name, spec.path) == spec.path else own

    def _about(self, spec: CommandSpec, language: str) -> str:
        about = self._translate(spec.about, "").get(language, spec.about)
        return about if 1 <= len(about) <= ABOUT else spec.about


def _offered(spec: CommandSpec, scope: str) -> bool:
    """Nothing secret where others read; what only moderators may do is offered to them, and in private."""
    if spec.hidden:
        return False
    if scope == "all_private_chats":
        return True
    secret = any(option.secret for option in spec.options)
    ruled = any(getattr(guard, "moderators", False) for guard in spec.guards)
    return not secret and (not ruled or scope == "all_chat_administrators")


async def register(client: Client, ingress: Ingress, menus: Menus, bot: str) -> None:
    """Send the menus unless they are those that Telegram has; menus of languages that are gone are deleted."""
    all_of_them = {code: {scope: menus.of(scope, code) for scope in SCOPES} for code in ("", *menus.languages)}
    digest = hashlib.sha256(json.dumps(all_of_them).encode()).hexdigest()
    key = f"telegram:{bot}:menus"
    known, *before = (await ingress.recall(key) or "-").split()
    if known == digest:
        return
    if menus.too_many:
        logger.warning("Telegram menus show %d commands; the others can be typed.", MENU)
    try:
        for code, by_scope in all_of_them.items():
            for scope, commands in by_scope.items():
                await client.call("setMyCommands", {"commands": commands, **_where(scope, code)})
        for code in set(before) - set(menus.languages):
            for scope in SCOPES:
                await client.call("deleteMyCommands", _where(scope, code))
    except TelegramError as error:
        logger.warning("Telegram did not take the menus (%s): the next start tries again.", type(error).__name__)
    else:
        await ingress.keep(key, " ".join((digest, *menus.languages)))


def _where(scope: str, language: str) -> dict[str, object]:
    return {"scope": {"type": scope}, **({"language_code": language} if language else {})}
