"""Discord on loopback: what a person does there becomes the events that Discord's client would cause."""

from aiohttp import web

from bot.sandbox.discord.errors import Fault
from bot.sandbox.discord.front import Front
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.rest import Rest
from bot.sandbox.discord.talk import Talk
from bot.sandbox.world import World

_BODY = 26 << 20


class DiscordEmulator(Talk, Interactions):
    """`bot.sandbox.emulator.SlashEmulator`. `front` and `gateway` carry the switches for faults."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.address = ""
        self.front = Front(self._state)
        self._rest = Rest(self._state, self.gateway)
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self._state.token

    @property
    def application_id(self) -> str:
        """The application's id, new for every emulator; the bot user has the same."""
        return self._state.application_id

    @property
    def public_key(self) -> str:
        """What posted interactions are verified with, in hexadecimal."""
        return self._state.endpoint.public_key

    @property
    def closed_dms(self) -> set[str]:
        """Names of people whose direct messages are closed to the bot."""
        return self._state.closed_dms

    @property
    def roles(self) -> dict[str, set[str]]:
        """Who holds which role of the servers, by name."""
        return self._state.held

    @property
    def files(self) -> dict[str, tuple[bytes, str]]:
        """What was attached to messages, with its media type, by the id of the attachment."""
        return self._state.files

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1; a second start takes the port it had."""
        app = web.Application(client_max_size=_BODY)
        app.add_routes(self._rest.routes(self.front))
        app.router.add_get("/", self.gateway.connect)
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._rest.attachment)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._state.port).start()
        self._state.port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{self._state.port}"

    async def stop(self) -> None:
        """Close every connection; what happened is kept."""
        await self.gateway.drop(1001)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def post_interactions_to(self, url: str | None) -> None:
        """Post interactions there, signed, instead of telling them over the gateway; None goes back to that.

        Raises `SandboxError` for an address that Discord's portal would refuse.
        """
        await self._state.endpoint.use(url)

    def fail(self, route: str, status: int, *, times: int = 1, after: bool = False, **body: object) -> None:
        """Answer the next requests of a route with an error ("POST /channels/{channel}/messages").

        `after`: having done what they ask.
        """
        self.front.faults.setdefault(route, []).extend(Fault(status, body, after) for _ in range(times))
