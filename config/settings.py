"""Settings: a TOML file, overridden by SOULFRA_… variables. Every value has a default; secrets never show in a repr."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Section(BaseModel):
    """Unknown keys are refused: a typing mistake is told, not ignored."""

    model_config = ConfigDict(extra="forbid")


class DiscordSettings(Section):
    """`address` is the base of another server that speaks Discord's API (the sandbox); None is Discord itself."""

    token: SecretStr | None = None
    prefix: str = Field("!", min_length=1, max_length=3)
    message_content: bool = True
    address: str | None = None


class TwitchSettings(Section):
    """A user token of the bot's account, and the channels to sit in, by login.

    `whispers`: private answers are tried as whispers before the chat is told where to ask.
    """

    client_id: str | None = None
    client_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    bot_id: str | None = None
    channels: list[str] = []
    whispers: bool = True
    prefix: str = Field("!", min_length=1, max_length=3)
    address: str | None = None


class TelegramSettings(Section):
    """The token that BotFather gave."""

    token: SecretStr | None = None
    address: str | None = None


class WebSettings(Section):
    """Where pages and the API are served; the next free port is taken when this one is in use."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)


class Settings(BaseSettings):
    """Everything an operator can set. Read with `config.load.load_settings`."""

    model_config = SettingsConfigDict(env_prefix="SOULFRA_", env_nested_delimiter="__", extra="forbid")

    data: Path = Path("data")
    plugins: list[str] = ["economy", "mirrors", "handlers"]
    discord: DiscordSettings = DiscordSettings()
    twitch: TwitchSettings = TwitchSettings()
    telegram: TelegramSettings = TelegramSettings()
    web: WebSettings = WebSettings()

    @property
    def configured(self) -> list[str]:
        """The platforms that have a token."""
        tokens = {
            "discord": self.discord.token,
            "twitch": self.twitch.access_token,
            "telegram": self.telegram.token,
        }
        return [platform for platform, token in tokens.items() if token is not None]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables over the file, whose values come in as arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings
