"""Every shipped command that writes, killed after each of its writes and taken up again: each effect once, and the answer it
would have had. Those that only read take one way, and one of them is killed for all: of the others it is shown that they write
nothing.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from unittest.mock import ANY

import pytest

from bot.app import App
from config.settings import Settings
from handlers.journey.codex import pages
from handlers.journey.codex.exports import archive
from tests import servers
from tests.faults.lives import Life, Lives
from tests.faults.offline import PLUGINS
from tests.faults.stage import priced
from tests.handlers.journey.codex.shelf import ADA, MIGRATIONS, Shelf

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
BOOKKEEPING = {"alembic_version", "inbox", "outbox", "remembered", "sqlite_sequence"}
TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table'",
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
)
CHANCE = re.compile(r"\b[0-9A-Z]{9}\b")
"""Codes: another run has others."""


@dataclass(frozen=True)
class Case:
    """Somebody says a line. `{code}` in it is the code that was given to who said `asked` on Telegram before.

    `drawn`: what is said is another thing each time. `file`: a codex comes with it.
    """

    line: str
    user: str = "ada"
    direct: bool = True
    platform: str = "twitch"
    asked: str = ""
    drawn: bool = False
    file: bool = False


PRICED = ("bless", "daily", '"vault put"')
"""What costs something here: in prices.toml all is free."""
EVENT = "7"
_numbers = count(100)
BEFORE = [
    ("ada", "!bless @bob 5"),
    ("ada", "!vault put first some words"),
    ("ada", "!mirror consent yes"),
    ("ada", "!mirror spawn echo"),
    ("ada", "!whisper"),
    ("ada", "!answer by the sea of salt"),
    ("cleo", "!whisper"),
]
KNOWN = [("ada", "!know add Raids | Every Friday at eight")]
CASES = {
    "help": Case("help bless"),
    "link": Case("link {code}", asked="/link"),
    "profile language": Case("profile language de"),
    "profile name": Case("profile name Ada of the hill"),
    "profile purpose": Case("profile purpose to listen better"),
    "profile offering": Case("profile offering tea at four"),
    "profile hours": Case("profile hours 8 Europe/Berlin"),
    "profile privacy": Case("profile privacy everybody"),
    "profile model": Case("profile model yes"),
    "voice set": Case("voice set warmth 0.9"),
    "voice server": Case("voice server warmth 0.9", direct=False),
    "notify quiet": Case("notify quiet 22:00 7:00 Europe/Berlin"),
    "notify platform": Case("notify platform twitch"),
    "notify off": Case("notify off gifts"),
    "notify on": Case("notify on gifts"),
    "settings prefix": Case("settings prefix ?", direct=False),
    "settings language": Case("settings language de", direct=False),
    "settings announcements": Case("settings announcements", direct=False),
    "settings channel add": Case("settings channel add #lounge", direct=False, platform="discord"),
    "settings channel remove": Case("settings channel remove #lounge", direct=False, platform="discord"),
    "settings command": Case("settings command bless off", direct=False),
    "bless": Case("bless @bob 60 well done"),
    "balance": Case("balance", user="dan"),
    "daily": Case("daily"),
    "grant": Case("grant @bob 9 well earned"),
    "reverse": Case("reverse 3 a mistake"),
    "whisper": Case("whisper", drawn=True),
    "answer": Case("answer a long walk by the sea", user="cleo"),
    "skip": Case("skip", user="cleo"),
    "revelation mood": Case("revelation mood 1 dawn"),
    "codex forget": Case("codex forget 1 yes"),
    "codex import": Case("codex import", platform="telegram", file=True),
    "oracle": Case("oracle what is there by the sea"),
    "know add": Case("know add Nobody raids on a Monday", direct=False),
    "know remove": Case("know remove 1", direct=False),
    "vault put": Case("vault put second more words"),
    "vault forget": Case("vault forget first"),
    "mirror spawn": Case("mirror spawn other"),
    "mirror consent": Case("mirror consent no"),
    "relay invite": Case("relay invite", direct=False),
    "relay join": Case("relay join {code}", direct=False, asked="/relay_invite"),
    "relay leave": Case("relay leave", direct=False),
}
READS = {
    True: {
        "ping": "ping",
        "profile show": "profile show",
        "voice show": "voice show",
        "notify show": "notify show",
        "inbox": "inbox",
        "top": "top",
        "statement": "statement",
        "prices": "prices",
        "codex read": "codex read",
        "codex list": "codex list",
        "codex search": "codex search sea",
        "codex export": "codex export",
        "codex verify": "codex verify",
        "archetypes": "archetypes",
        "journey": "journey",
        "revelation latest": "revelation latest",
        "vault get": "vault get first",
        "vault list": "vault list",
        "mirror reflect": "mirror reflect echo",
        "mirror list": "mirror list",
    },
    False: {
        "settings show": "settings show",
        "settings commands": "settings commands",
        "know ask": "know ask when are raids",
        "know list": "know list",
    },
}
"""By whether it is said in private."""


@dataclass(frozen=True)
class Home:
    """A data folder and its database. A copy of it is another one."""

    data: Path
    where: Path | str

    def copy(self, folder: Path) -> "Home":
        """As it is; nobody is at work on it."""
        data = Path(shutil.copytree(self.data, folder))
        return Home(data, servers.copied(self.where) if isinstance(self.where, str) else data / self.where.name)


async def _lines(
    lives: Lives, home: Home, *lines: tuple[str, str], platform: str = "twitch", direct: bool = True
) -> str:
    """An undisturbed life in which these are said one after the other; all that was answered."""
    async with lives.begin("offline", home.data, home.where, platform=platform, direct=direct) as life:
        for user, line in lines:
            life.tell(str(next(_numbers)), user, line)
        return "\n".join(line[2] for line in await life.end() if line[0] == "said")


@pytest.fixture(scope="module")
def base(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One in which something has happened already, and some commands have a price."""
    data = tmp_path_factory.mktemp("base") / "data"
    with servers.another(), pytest.MonkeyPatch.context() as patch:
        priced(data.parent / "files", patch, *PRICED)
        home = Home(data, servers.used(data))
        asyncio.run(_lines(lives, home, *BEFORE))
        asyncio.run(_lines(lives, home, *KNOWN, direct=False))
        yield home


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Callable[[Home, str], Home]]:
    """Copies one, under a name."""
    made: list[Home] = []

    def copy(home: Home, name: str) -> Home:
        made.append(home.copy(tmp_path / name))
        return made[-1]

    yield copy
    for one in made:
        if isinstance(one.where, str):
            servers.gone(one.where)


async def _heard(life: Life) -> tuple[list[str], int]:
    """What the event was answered, and how many writes it took."""
    await life.rest()
    said = [line[2] for line in life.lines if line[:2] == ["said", EVENT]]
    return said, next((line[2] for line in life.lines if line[0] == "state"), 0)


async def _once(lives: Lives, home: Home, case: Case, line: str, kill_after: int = 0) -> tuple[list[str], int]:
    switches = {"platform": case.platform, "direct": case.direct, "kill_after": kill_after}
    async with lives.begin("offline", home.data, home.where, **switches) as life:
        life.tell(EVENT, case.user, line, *([str(home.data / "codex.json")] * case.file))
        life.close()
        return await _heard(life)


def _kept(home: Home) -> dict[str, object]:
    """How many rows every feature has, and what every account holds."""
    where = home.where
    names = {name for (name,) in servers.sql(where, TABLES[isinstance(where, str)])} - BOOKKEEPING
    rows = dict(servers.sql(where, " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)))  # noqa: S608
    accounts = servers.sql(where, "SELECT code, balance FROM ledger_account ORDER BY code")
    state = servers.sql(where, f"SELECT state FROM inbox WHERE id = '{EVENT}'")  # noqa: S608
    unread = servers.sql(where, "SELECT count(*) FROM remembered")
    return {**rows, "accounts": accounts, "state": state, "unread": unread}


def _write_codex(data: Path) -> None:
    """Two pages of somebody in another house with the same keys."""
    with servers.lent(data / "other", MIGRATIONS, "sqlite") as where:
        shelf = Shelf(where, data)
        for _ in range(2):
            shelf.seal(ADA)
        person = shelf.person(ADA)
        signed = shelf.read(lambda tx: archive.make(pages.volumes(tx, person), tx.keys.public, tx.keys.sign))
        shelf.close()
    (data / "codex.json").write_bytes(signed)


def _masked(words: str) -> str:
    return CHANCE.sub("…", words)


@pytest.mark.parametrize("path", CASES)
async def test_killed_after_each_write_it_has_its_effect_once_and_its_answer(
    path: str, lives: Lives, base: Home, homes: Callable[[Home, str], Home]
) -> None:
    case = CASES[path]
    line = PREFIX[case.platform] + case.line
    ready = homes(base, "ready")
    if case.file:
        await asyncio.to_thread(_write_codex, ready.data)
    if case.asked:
        given = await _lines(lives, ready, ("bob", case.asked), platform="telegram", direct=case.direct)
        line = line.format(code=CHANCE.findall(given)[0])
    calm = homes(ready, "calm")
    expected, writes = await _once(lives, calm, case, line)
    assert expected
    assert not any("Something went wrong" in words for words in expected)
    assert writes >= 2, "what is accepted is written, and what is finished"
    kept = _kept(calm)

    async def killed(after: int) -> None:
        home = homes(ready, f"killed-{after}")
        before, _ = await _once(lives, home, case, line, kill_after=after)
        later, _ = await _once(lives, home, case, line)
        said = sorted(map(_masked, before + later))
        assert len(said) == len(expected), f"killed after write {after}"
        assert case.drawn or said == sorted(map(_masked, expected)), f"killed after write {after}"
        assert _kept(home) == kept, f"killed after write {after}"

    await asyncio.gather(*(killed(after) for after in range(1, writes + 1)))


@pytest.mark.parametrize("direct", READS)
def test_what_only_reads_writes_nothing(
    direct: bool, lives: Lives, base: Home, homes: Callable[[Home, str], Home]
) -> None:
    home = homes(base, "read")
    before = _kept(home) | {"button": ANY}
    said = asyncio.run(_lines(lives, home, *(("ada", f"!{line}") for line in READS[direct].values()), direct=direct))
    assert len(said.splitlines()) >= len(READS[direct])
    assert "Something went wrong" not in said
    assert _kept(home) == before


def test_every_shipped_command_is_here() -> None:
    app = App(Settings(plugins=PLUGINS)).load()
    shipped = sorted(spec.path for spec in app.registry if not spec.subscriber)
    assert shipped == sorted([*CASES, *READS[True], *READS[False]])
