"""An operator is walked through each platform; what is written works, what is refused is said, and no secret is shown."""

import re
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Sandbox
from bot.setup import Setup
from config.errors import SettingsError
from config.load import load_settings


class Script:
    """Answers in order; what was told is kept. `on_code` are what happens to each device code that is told, in order."""

    def __init__(self, *answers: str | bool, on_code: tuple[Callable[[str], None], ...] = ()) -> None:
        self.answers = list(answers)
        self.told: list[str] = []
        self.on_code = list(on_code)

    @property
    def text(self) -> str:
        return "\n".join(self.told)

    def tell(self, text: str) -> None:
        self.told.append(text)
        if code := re.search(r"confirm the code (\w+)", text):
            self.on_code.pop(0)(code[1])

    def ask(self, question: str, *, secret: bool = False) -> str:
        assert secret is any(word in question.lower() for word in ("token", "secret"))
        return str(self.answers.pop(0))

    def agree(self, question: str) -> bool:
        return bool(self.answers.pop(0))


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    one = Sandbox()
    one.twitch.oauth.interval = 0.02
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
def file(tmp_path: Path, sandbox: Sandbox) -> Path:
    path = tmp_path / "soulfra.toml"
    path.write_text(
        f'# kept\ndata = "here"  # this too\n[discord]\naddress = "{sandbox.discord.address}"\n'
        f'[telegram]\naddress = "{sandbox.telegram.address}"\n[twitch]\naddress = "{sandbox.twitch.address}"\n'
    )
    return path


async def test_discord_and_telegram_are_tried_greeted_and_written(sandbox: Sandbox, file: Path) -> None:
    lounge, group = sandbox.world.channel("discord").id, sandbox.world.channel("telegram").id
    script = Script(True, sandbox.discord.token, lounge, False, True, sandbox.telegram.bot_token, group)
    await Setup(script, file).run()
    assert script.answers == []
    settings = load_settings(file)
    assert settings.configured == ["discord", "telegram"]
    assert settings.data == Path("here")
    assert "# kept" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert script.text.count("The test message is there.") == 2
    sent = [wire.payload for wire in sandbox.world.record.since(0) if "test message" in str(wire.payload)]
    assert len(sent) >= 2
    assert sandbox.discord.token not in script.text
    assert sandbox.telegram.bot_token not in script.text


async def test_a_refused_token_is_told_and_asked_for_again(sandbox: Sandbox, file: Path) -> None:
    script = Script(True, "wrong", "", False, True, "1:wrong", "")
    before = file.read_text()
    await Setup(script, file).run()
    assert "refuses this token" in script.text
    assert "Still missing" in script.text
    assert file.read_text() == before


async def test_a_greeting_that_fails_undoes_nothing(sandbox: Sandbox, file: Path) -> None:
    script = Script(True, sandbox.discord.token, "999", False, False)
    await Setup(script, file).run()
    assert "was not sent" in script.text
    assert load_settings(file).configured == ["discord"]


@pytest.mark.parametrize("privacy", [True, False])
async def test_what_is_missing_on_the_platform_is_said(sandbox: Sandbox, file: Path, privacy: bool) -> None:
    sandbox.telegram.rooms.privacy = privacy
    script = Script(False, False, True, sandbox.telegram.bot_token, "")
    await Setup(script, file).run()
    assert ("Privacy mode is on" in script.text) is privacy
    assert ("Still missing" in script.text) is privacy


# --- Twitch -----------------------------------------------------------------------------------------------------------------


def confirms(sandbox: Sandbox, user: str) -> Callable[[str], None]:
    """This account types the code and agrees."""
    return lambda code: sandbox.twitch.confirm_device(code, user)


async def test_twitch_is_signed_in_with_codes_by_the_bot_and_by_the_broadcaster(sandbox: Sandbox, file: Path) -> None:
    client, secret = sandbox.twitch.client_id, sandbox.twitch.client_secret
    codes = confirms(sandbox, "soulfra"), confirms(sandbox, "ada")
    script = Script(False, True, client, secret, " Ada ", True, False, on_code=codes)
    await Setup(script, file).run()
    assert script.answers == []
    settings = load_settings(file).twitch
    assert (settings.client_id, settings.bot_id, settings.channels) == (client, sandbox.twitch.bot_id, ["ada"])
    assert settings.access_token is not None
    assert settings.access_token.get_secret_value() in sandbox.twitch.oauth.tokens
    assert settings.tokens["ada"].get_secret_value() in sandbox.twitch.oauth.refreshes
    assert "The test message is there." in script.text
    assert "Still missing" not in script.text
    for hidden in (secret, settings.access_token.get_secret_value(), settings.tokens["ada"].get_secret_value()):
        assert hidden not in script.text


async def test_a_public_application_has_no_secret_and_loses_an_old_one(sandbox: Sandbox, file: Path) -> None:
    sandbox.twitch.oauth.public = True
    file.write_text(file.read_text() + 'client_secret = "of another application"\n')
    script = Script(
        False, True, sandbox.twitch.client_id, "", "ada", False, False, on_code=(confirms(sandbox, "soulfra"),)
    )
    await Setup(script, file).run()
    settings = load_settings(file)
    assert (settings.configured, settings.twitch.client_secret, settings.twitch.tokens) == (["twitch"], None, {})
    assert "ada is not signed in: no cheers" in script.text


async def test_somebody_says_no_and_is_asked_again(sandbox: Sandbox, file: Path) -> None:
    codes = sandbox.twitch.deny_device, confirms(sandbox, "soulfra")
    script = Script(False, True, sandbox.twitch.client_id, "", True, "", False, on_code=codes)
    await Setup(script, file).run()
    assert "somebody said no" in script.text
    assert "hears whispers only" in script.text
    assert load_settings(file).configured == ["twitch"]


async def test_a_code_that_nobody_confirms_in_time_writes_nothing(sandbox: Sandbox, file: Path) -> None:
    def wait(_code: str) -> None:
        sandbox.world.offset += 1_801

    before = file.read_text()
    script = Script(False, True, sandbox.twitch.client_id, "", False, False, on_code=(wait,))
    await Setup(script, file).run()
    assert "nobody has confirmed the code in time" in script.text
    assert "not signed in, so the bot is not there" in script.text
    assert file.read_text() == before


async def test_an_unknown_application_is_told(sandbox: Sandbox, file: Path) -> None:
    script = Script(False, True, "unheard-of", "", False, False)
    await Setup(script, file).run()
    assert "knows no application with this client id" in script.text


async def test_somebody_else_than_the_broadcaster_confirms(sandbox: Sandbox, file: Path) -> None:
    codes = confirms(sandbox, "soulfra"), confirms(sandbox, "bob")
    script = Script(False, True, sandbox.twitch.client_id, "", "ada", True, False, on_code=codes)
    await Setup(script, file).run()
    assert "ada is not signed in: bob has confirmed it" in script.text
    assert load_settings(file).twitch.tokens == {}


async def test_a_settings_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "soulfra.toml"
    path.write_text("[discord\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        Setup(Script(), path)
    assert path.read_text() == "[discord\n"
