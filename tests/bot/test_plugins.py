"""Plugins: one that cannot work is refused as a whole; one that goes leaves nothing; the rest keeps running."""

import contextlib
import importlib
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio

from bot import platforms, plugins
from bot.app import App
from bot.errors import SettingsError
from bot.plugins import RefusedError
from bot.run import site
from bot.sandbox.offline import Offline, shown
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import SandboxError, World
from bot.testing import world
from config.settings import Settings
from tests import servers

GOOD = '''
from bot import App, Context, Message, command, t


@command
async def {name}(ctx: Context) -> Message:
    """Say {name}."""
    return Message(t("{name}!"))


def setup(app: App) -> None:
    app.add({name})
    {more}
'''
FULL = '''
import contextlib
from fastapi import APIRouter
from bot import App, Context, Message, command, group, t

calls: list[str] = []
pages = APIRouter()


@pages.get("/hello")
async def hello() -> dict[str, str]:
    return {"hello": "there"}


class Fixed:
    """A service of the app."""


class Fresh:
    """A service of one invocation."""

    def __init__(self, who: str) -> None:
        self.who = who


@contextlib.asynccontextmanager
async def fresh(ctx: Context):
    calls.append("open")
    yield Fresh(ctx.author.name)
    calls.append("close")


async def outer(ctx: Context, call_next) -> Message | None:
    calls.append("outer in")
    answer = await call_next(ctx)
    calls.append("outer out")
    return answer


async def inner(ctx: Context, call_next) -> Message | None:
    calls.append("inner in")
    answer = await call_next(ctx)
    calls.append("inner out")
    return answer


@command
async def hum(ctx: Context, *, fixed: Fixed, fresh: Fresh) -> Message:
    """Hum."""
    calls.append("hum")
    return Message(t("{who} hums", who=fresh.who))


def setup(app: App) -> None:
    app.provide(Fixed())
    app.provide_each(Fresh, fresh)
    app.use(outer)
    app.use(inner)
    app.on_merge(lambda tx, kept, gone: None)
    app.report("hums", lambda tx: len(calls))
    app.mount("/hums", pages)
    app.add(group("choir", "Humming.", hum))
'''
BROKEN = {
    "raises": (
        'def setup(app):\n    app.report("left", len)\n    raise ValueError("no luck")',
        r"no luck \(.*raises.py:3\)",
    ),
    "unimportable": ("import nowhere_at_all", "cannot be imported: No module named 'nowhere_at_all'"),
    "unreadable": ("def setup(app:", "cannot be imported: SyntaxError"),
    "empty": ("x = 1", r"is no plugin: it has no setup\(app\)"),
    "undescribed": (
        GOOD.format(name="mumble", more="").replace('    """Say mumble."""\n', ""),
        r"undescribed.py:\d+: mumble",
    ),
    "same": (GOOD.format(name="ping", more=""), r"same.py:\d+: ping: .*good.py:\d+"),
    "hungry": (
        GOOD.format(name="eat", more="").replace("(ctx: Context)", "(ctx: Context, *, food: dict)"),
        r"hungry.py:\d+: eat: nobody provides the service 'food'",
    ),
    "unmounted": (GOOD.format(name="show", more='app.mount("/sandbox/x", None)'), "nothing can be mounted"),
    "unmigrated": (GOOD.format(name="keep", more='app.migrations("json.decoder")'), "not a package of migrations"),
    "sleepy": (
        GOOD.format(name="wake", more="app.on_start(lambda store: store.read(None))"),
        "cannot start: TypeError",
    ),
    "greedy": (GOOD.format(name="take", more="app.provide(app.registry)"), "Registry is provided already"),
}

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Installs a module."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)

    def module(name: str, source: str) -> None:
        (folder / f"{name}.py").write_text(source)
        importlib.invalidate_caches()

    module("good", GOOD.format(name="ping", more=""))
    yield module
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def settings(data: Path, *names: str) -> Settings:
    return Settings(data=data / "data", plugins=list(names))


async def say(app: App, line: str) -> str:
    """What an offline bot answers to ada."""
    platform = app.platforms["twitch"]
    assert isinstance(platform, Offline)
    platform.sent.clear()
    await app.intake.submit(platform.invocation("ada", line, direct=True))
    await app.intake.quiet()
    return "\n".join(map(shown, platform.sent))


class Start(Protocol):
    """Starts an app without a network."""

    async def __call__(self, *names: str, data: str = "one") -> App: ...


@pytest_asyncio.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts apps, and ends them."""
    running, ending = list[App](), contextlib.ExitStack()

    async def started(*names: str, data: str = "one") -> App:
        if data != "one":
            ending.enter_context(servers.another())
        app = App(settings(tmp_path / data, *names)).load()
        running.append(app)
        await app.start([Offline("twitch", World())])
        return app

    yield started
    for app in running:
        await app.stop()
    ending.close()


@pytest.mark.parametrize("name", BROKEN)
async def test_one_that_cannot_work_is_refused_and_the_rest_runs(
    write: Write, start: Start, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    source, reason = BROKEN[name]
    write(name, source)
    app = await start("good", name)
    assert (app.plugins, list(app.refused)) == (["good"], [name])
    assert re.search(reason, app.refused[name]), app.refused[name]
    assert [record.levelname for record in caplog.records if repr(name) in record.getMessage()] == ["ERROR"]
    assert "left" not in await app.state()
    assert app.registry.names() == ["ping"]
    assert await say(app, "!ping") == "ping!"


async def test_who_is_refused_takes_along_who_needs_it(write: Write, start: Start) -> None:
    write("cook", "class Food: pass\ndef setup(app):\n    app.provide(Food())\n    raise ValueError('burnt')")
    eater = GOOD.format(name="eat", more="").replace("(ctx: Context)", "(ctx: Context, *, food: cook.Food)")
    write("eater", "import cook\n" + eater)
    app = await start("cook", "good", "eater")
    assert (app.plugins, list(app.refused)) == (["good"], ["cook", "eater"])


async def test_the_order_of_plugins_is_no_matter_for_services(write: Write, start: Start) -> None:
    write("cook", "class Food: pass\ndef setup(app):\n    app.provide(Food())")
    eater = GOOD.format(name="eat", more="").replace("(ctx: Context)", "(ctx: Context, *, food: cook.Food)")
    write("eater", "import cook\n" + eater)
    assert (await start("eater", "cook")).plugins == ["eater", "cook"]


async def test_when_nothing_at_all_can_be_loaded_it_does_not_start(write: Write, tmp_path: Path) -> None:
    for name in ("raises", "empty"):
        write(name, BROKEN[name][0])
    app = App(settings(tmp_path, "raises", "empty")).load()
    with pytest.raises(SettingsError, match=r"(?s)'raises' raised in setup.*'empty' is no plugin"):
        await app.start([Offline("twitch", World())])
    assert not (tmp_path / "data").exists()


def test_the_check_lists_everything(write: Write, tmp_path: Path) -> None:
    write("undescribed", BROKEN["undescribed"][0])
    write("shouting", GOOD.format(name="shout", more="").replace("@command", '@command(name="' + "s" * 40 + '")'))
    app = App(settings(tmp_path, "good", "undescribed", "shouting", "nowhere")).load()
    with pytest.raises(SettingsError) as caught:
        app.compile(platforms.checks())
    for part in ("undescribed.py:5", "shouting.py:5", "'nowhere' cannot be imported"):
        assert part in str(caught.value)


async def test_a_platform_that_cannot_carry_it_refuses_its_plugin(write: Write, tmp_path: Path) -> None:
    write("shouting", GOOD.format(name="shout", more="").replace("@command", '@command(name="' + "s" * 40 + '")'))
    async with world("good", settings=settings(tmp_path)) as w:
        with pytest.raises(RefusedError, match=r"(?s)a platform cannot carry.*shouting.py:5"):
            await w.app.load_plugin("shouting")
        assert w.app.registry.names() == ["ping"]


async def test_installed_packages_bring_plugins(write: Write, tmp_path: Path) -> None:
    write("brought", GOOD.format(name="pong", more=""))
    info = tmp_path / "installed" / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[soulfra.plugins]\nsurprise = brought\n")
    plugins.installed.cache_clear()
    try:
        assert App(settings(tmp_path, "good")).load().plugins == ["good", "surprise"]
        quiet = settings(tmp_path, "good").model_copy(update={"discover": False})
        assert App(quiet).load().plugins == ["good"]
        assert App(quiet.model_copy(update={"plugins": ["surprise"]})).load().registry.names() == ["pong"]
    finally:
        plugins.installed.cache_clear()


async def test_two_apps_live_in_one_process(write: Write, start: Start) -> None:
    write("full", FULL)
    one, two = await start("full"), await start("good", "full", data="other")
    await two.unload("full")
    assert (one.registry.names(), two.registry.names()) == (["choir hum"], ["ping"])
    assert await say(one, "!choir hum") == "ada hums"


async def test_middleware_and_services_of_one_invocation(write: Write, start: Start) -> None:
    write("full", FULL)
    app = await start("full")
    calls = importlib.import_module("full").calls
    assert await say(app, "!choir hum") == "ada hums"
    assert calls == ["outer in", "inner in", "open", "hum", "close", "inner out", "outer out"]


async def test_unloaded_leaves_nothing(write: Write, start: Start) -> None:
    write("full", FULL)
    app = await start("good", "full")
    merging = list(app.identity.on_merge)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app, lambda: None)), base_url="http://bot") as http:
        assert (await http.get("/hums/hello")).json() == {"hello": "there"}
        await app.unload("full")
        assert (await http.get("/hums/hello")).status_code == 404
        calls = importlib.import_module("full").calls
        before = list(calls)
        assert await say(app, "!ping") == "ping!"
        assert "no command" in await say(app, "!choir hum")
        assert (calls, "hums" in await app.state(), app.identity.on_merge) == (before, False, merging[:-1])
        await app.load_plugin("full")
        assert (await http.get("/hums/hello")).status_code == 200
        assert await say(app, "!choir hum") == "ada hums"


async def test_what_others_need_stays(write: Write, start: Start) -> None:
    write("cook", "class Food: pass\ndef setup(app):\n    app.provide(Food())")
    eater = GOOD.format(name="eat", more="").replace("(ctx: Context)", "(ctx: Context, *, food: cook.Food)")
    write("eater", "import cook\n" + eater)
    app = await start("cook", "eater")
    with pytest.raises(RefusedError, match="needed by eater"):
        await app.unload("cook")
    assert await say(app, "!eat") == "eat!"
    with pytest.raises(KeyError):
        await app.unload("nobody")


async def test_nothing_is_registered_behind_the_back_of_a_running_bot(write: Write, start: Start) -> None:
    app = await start("good")
    with pytest.raises(RuntimeError, match="in its setup"):
        app.provide(World())


async def test_live_on_all_three_platforms(write: Write, tmp_path: Path) -> None:
    """What comes and goes is in Discord's registration and Telegram's menu, and answers on Twitch."""
    write("late", GOOD.format(name="pong", more=""))
    async with world("good", settings=settings(tmp_path)) as w:
        assert (await w.twitch.user("ada").say("!pong")).text == ""
        await w.app.load_plugin("late")
        await w.discord.user("ada").slash("pong")
        assert (await w.discord.user("ada").slash("pong")).text == "pong!"
        assert (await w.telegram.user("ada").say("/pong")).text == "pong!"
        assert "pong!" in (await w.twitch.user("ada").say("!pong")).text
        assert "pong" in _menus(w.sandbox)
        with pytest.raises(RefusedError, match="is there already"):
            await w.app.load_plugin("late")
        await w.app.unload("late")
        assert "pong" not in _menus(w.sandbox)
        with pytest.raises(SandboxError, match="no command /pong"):
            await w.discord.user("ada").slash("pong")
        assert (await w.telegram.user("ada").say("/pong")).text == ""
        assert (await w.discord.user("ada").slash("ping")).text == "ping!"


def _menus(sandbox: Sandbox) -> set[str]:
    """What Telegram was last told to show."""
    sent = [wire for wire in sandbox.world.record.since(0) if wire.name == "setMyCommands"]
    commands = sent[-1].payload["commands"]
    return {one["command"] for one in (json.loads(commands) if isinstance(commands, str) else commands)}
