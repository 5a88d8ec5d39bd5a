"""`soulfra setup`: an operator is walked through each platform, and the settings are written.

It says what to create where, tries what was given, signs in to Twitch with a device code, sends a test message, and ends
with what is still missing.
"""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.platforms.account import Account, AccountError
from config.file import SettingsFile

if TYPE_CHECKING:
    from bot.platforms.twitch.tokens import Pair

_HELLO = "Soulfra is here. This is a test message of the set-up."
_DISCORD = """Discord
  1. Open https://discord.com/developers/applications and choose New Application.
  2. Under Bot: Reset Token gives the token. Switch on Message Content Intent, for commands that are typed."""
_TELEGRAM = """Telegram
  1. Open https://t.me/BotFather and send /newbot; it asks for a name and gives the token.
  2. For inline mode send /setinline, for reactions make the bot an administrator of the group."""
_TWITCH = """Twitch
  1. Sign in as the account that the bot shall speak as, with two-factor authentication.
  2. Open https://dev.twitch.tv/console/apps and choose Register Your Application: any name, http://localhost as redirect,
     category Chat Bot. Manage shows the client id; for the client type Confidential it makes the client secret too."""


class Talk(Protocol):
    """Whoever is walked through: a terminal, or a test."""

    def tell(self, text: str) -> None:
        """Show some lines."""

    def ask(self, question: str, *, secret: bool = False) -> str:
        """What they answer; "" when they skip it. `secret` is not shown while it is typed."""

    def agree(self, question: str) -> bool:
        """Yes or no."""


Verify = Callable[[str, str | None], Awaitable[Account]]
Greet = Callable[[str, str, str, str | None], Awaitable[None]]


class Setup:
    """One walk. Nothing is written before its platform has said yes to it."""

    def __init__(self, talk: Talk, file: Path) -> None:
        self._talk = talk
        self._file = SettingsFile(file)
        self._missing: list[str] = []
        self._done: list[str] = []

    async def run(self) -> None:
        """Each platform in turn, then what is missing."""
        steps = {"Discord": self._discord, "Twitch": self._twitch, "Telegram": self._telegram}
        for name, step in steps.items():
            if self._talk.agree(f"Set up {name}?"):
                await step()
        self._close()

    async def _discord(self) -> None:
        from bot.platforms.discord import signin  # noqa: PLC0415  (imported when wanted)

        await self._token("discord", _DISCORD, signin.verify, signin.greet)

    async def _telegram(self) -> None:
        from bot.platforms.telegram import signin  # noqa: PLC0415

        await self._token("telegram", _TELEGRAM, signin.verify, signin.greet)

    async def _token(self, platform: str, guide: str, verify: Verify, greet: Greet) -> None:
        """A platform that is entered with one token."""
        address = self._file.get(platform, "address")
        self._talk.tell(guide)
        while token := self._talk.ask("Token (empty to skip)", secret=True).strip():
            try:
                account = await verify(token, address)
            except AccountError as error:
                self._talk.tell(f"That did not work: {error}.")
                continue
            self._keep(platform, account, token=token)
            await self._greet(lambda channel: greet(token, channel, _HELLO, address))
            return
        self._missing.append(f"{platform}: no token, so the bot is not there.")

    async def _twitch(self) -> None:
        from bot.platforms.twitch import signin  # noqa: PLC0415

        self._talk.tell(_TWITCH)
        client = self._talk.ask("Client id (empty to skip)").strip()
        if not client:
            self._missing.append("twitch: no client id, so the bot is not there.")
            return
        secret = self._talk.ask("Client secret (empty for a public application)", secret=True).strip() or None
        mine = await self._confirmed(client, secret, "the bot's account", signin.SCOPES)
        if mine is None:
            self._missing.append("twitch: not signed in, so the bot is not there.")
            return
        account, pair = mine
        rooms = self._talk.ask("Channels to sit in, by login, separated by spaces").lower().split()
        tokens = {"access_token": pair.access, "refresh_token": pair.refresh}
        self._keep(
            "twitch", account, client_id=client, client_secret=secret, **tokens, bot_id=account.id, channels=rooms
        )
        if not rooms:
            self._missing.append("twitch: twitch.channels is empty, so the bot hears whispers only.")
            return
        address = self._file.get("twitch", "address")
        await self._greet(lambda channel: signin.greet(client, pair, channel, _HELLO, address), rooms[0])
        for room in rooms:
            await self._broadcaster(client, secret, room)

    async def _broadcaster(self, client: str, secret: str | None, room: str) -> None:
        """Cheers, subscriptions and channel points are told with the broadcaster's own token alone."""
        from bot.platforms.twitch import signin  # noqa: PLC0415

        if not self._talk.agree(f"Sign in {room} too, for cheers, subscriptions and channel points of that channel?"):
            self._missing.append(f"twitch: {room} is not signed in: no cheers, subscriptions and channel points there.")
            return
        found = await self._confirmed(client, secret, room, signin.BROADCASTER_SCOPES)
        if found is None or found[0].name != room:
            told = f"{found[0].name} has confirmed it" if found else "nobody has confirmed it"
            self._missing.append(f"twitch: {room} is not signed in: {told}.")
            return
        self._file.set("twitch.tokens", **{room: found[1].refresh})
        self._file.save()
        self._talk.tell(f"{room} is signed in.")

    async def _confirmed(
        self, client: str, secret: str | None, who: str, scopes: Iterable[str]
    ) -> "tuple[Account, Pair] | None":
        """Somebody types a code over there and agrees; None when that comes to nothing."""
        from bot.platforms.twitch import signin  # noqa: PLC0415

        address = self._file.get("twitch", "address")
        while True:
            try:
                device = await signin.device_code(client, scopes, address)
                self._talk.tell(f"Open {device.verification_uri} as {who} and confirm the code {device.user_code}.")
                pair = await signin.wait_for_tokens(client, device, secret, address)
                return await signin.verify(client, pair, address), pair
            except AccountError as error:
                self._talk.tell(f"That did not work: {error}.")
                if not self._talk.agree("Try again with a new code?"):
                    return None

    def _keep(self, platform: str, account: Account, **values: str | list[str] | None) -> None:
        self._file.set(platform, **values)
        self._file.save()
        self._done.append(f"{platform} as {account.name}")
        self._missing += [f"{platform}: {one}" for one in account.missing]
        invite = f" Bring it into your server or group: {account.invite}" if account.invite else ""
        self._talk.tell(f"This is {account.name}. Kept in {self._file.path}.{invite}")

    async def _greet(self, greet: Callable[[str], Awaitable[None]], channel: str = "") -> None:
        """The test message; that it fails undoes nothing."""
        channel = channel or self._talk.ask("Id of a channel for a test message (empty for none)").strip()
        if not channel:
            return
        try:
            await greet(channel)
        except AccountError as error:
            self._talk.tell(f"The test message was not sent: {error}.")
        else:
            self._talk.tell("The test message is there.")

    def _close(self) -> None:
        self._talk.tell("Set up: " + (", ".join(self._done) or "nothing, so the sandbox will be used") + ".")
        if self._missing:
            self._talk.tell("Still missing:\n" + "\n".join(f"  - {one}" for one in self._missing))
        self._talk.tell("Start with: soulfra run")
