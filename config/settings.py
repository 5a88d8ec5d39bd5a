"""Settings: a TOML file, overridden by SOULFRA_… variables. Every value has a default; secrets never show in a repr."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

_CRON_FIELDS = 5


class Section(BaseModel):
    """Unknown keys are refused: a typing mistake is told, not ignored."""

    model_config = ConfigDict(extra="forbid")


class DiscordSettings(Section):
    """`address` is the base of another server that speaks Discord's API (the sandbox); None is Discord itself.

    `message_content` and `members` (who joins and leaves) are privileged intents, switched on in the developer portal.
    `user_install`: people may add the bot to their account and use it wherever they are. `public_key` of the portal lets
    Discord post interactions to /discord/interactions of the web server; without `gateway` they come in no other way.
    """

    token: SecretStr | None = None
    prefix: str = Field("!", min_length=1, max_length=3)
    message_content: bool = True
    members: bool = False
    user_install: bool = True
    public_key: str | None = Field(None, pattern="^[0-9a-fA-F]{64}$")
    gateway: bool = True
    address: str | None = None


class TwitchSettings(Section):
    """A user token of the bot's account, and the channels to sit in, by login.

    `client_secret` is left out for a public application. `tokens` are refresh tokens of broadcasters by login: Twitch tells
    of cheers, subscriptions and redemptions with the broadcaster's own token alone. Refreshing gives new ones, which are kept
    sealed in the store. `whispers`: private answers are tried as whispers before the chat is told where to ask.
    """

    client_id: str | None = None
    client_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    bot_id: str | None = None
    channels: list[str] = []
    tokens: dict[str, SecretStr] = {}
    whispers: bool = True
    prefix: str = Field("!", min_length=1, max_length=3)
    address: str | None = None


class TelegramSettings(Section):
    """The token that BotFather gave.

    `webhook` is the public https address, path and all, that Telegram posts updates to; without one they are polled.
    `secret` is what it proves itself with there (1 to 256 of A-Z, a-z, 0-9, _ and -); without one it is made and kept.
    """

    token: SecretStr | None = None
    address: str | None = None
    webhook: str | None = Field(None, pattern=r"^https?://[^\s?#/]+/[^\s?#]+$")
    secret: SecretStr | None = None


class WebSettings(Section):
    """Where pages and the API are served; the next free port is taken when this one is in use.

    `public` is the address under which the internet reaches this server, for pictures that a platform can only link.
    """

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public: str | None = Field(None, pattern=r"^https?://[^\s?#]+$")


class DatabaseSettings(Section):
    """Where everything is kept: a SQLite file in the data folder, or PostgreSQL.

    `url` is like postgresql://soulfra@host/soulfra. `read_url` is for what only reads: a role that cannot write. A replica must
    show what was committed (synchronous_commit = remote_apply). `connections` is how many the writers may hold, and the readers
    too.
    """

    url: SecretStr | None = None
    read_url: SecretStr | None = None
    connections: int = Field(8, ge=1, le=100)


class BackupSettings(Section):
    """Where backups go: folders, or s3://bucket/prefix (with the s3 extra). None, and none are made by themselves.

    `every` is a cron line in UTC; of each target the newest `keep` are kept. `s3` are the options of the S3 client: endpoint,
    region, access_key_id, secret_access_key; what is left out comes from the usual AWS_… variables. `pg_bin` is the folder of
    pg_dump and pg_restore, when PATH does not lead to those of the server's version.
    """

    targets: list[str] = []
    every: str = "*/15 * * * *"
    keep: int = Field(96, ge=1)
    s3: dict[str, SecretStr] = {}
    pg_bin: Path | None = None

    @field_validator("targets")
    @classmethod
    def _reachable(cls, targets: list[str]) -> list[str]:
        for where in targets:
            scheme, found, _ = where.partition("://")
            if not where.strip() or (found and scheme != "s3"):
                raise ValueError("a target is a folder or s3://bucket/prefix")
        return targets

    @field_validator("every")
    @classmethod
    def _cron(cls, every: str) -> str:
        from croniter import croniter  # type: ignore[import-untyped]  # noqa: PLC0415  (slow to import)

        try:
            if len(every.split()) == _CRON_FIELDS:
                croniter(every).get_next()
                return every
        except ValueError:  # it cannot be read, or never comes
            pass
        raise ValueError("a cron line is minute hour day month weekday, like */15 * * * *")


class RetentionSettings(Section):
    """How many days what has ended is kept: ids in the inbox, what was sent, expired buttons and codes; `notices`, read or not."""

    days: int = Field(30, ge=7)
    notices: int = Field(90, ge=1)


class ModelSettings(Section):
    """The language model; without one everything works too. `base_url` is any server that speaks Chat Completions (its /v1);
    with a `key` alone it is OpenAI's own.

    `name` is the model that talks; `embedding` and `moderation`, when they are set, are those that search and judge. The server
    may be silent for `seconds`, whoever asked waits `outer` seconds at most, an answer shown while it comes may take `streaming`.
    `max_tokens_field`: OpenAI's reasoning models want max_completion_tokens. A person may use `day_tokens` in a day (UTC).
    """

    base_url: str | None = Field(None, pattern=r"^https?://[^\s?#]+$")
    key: SecretStr | None = None
    name: str | None = Field(None, min_length=1)
    embedding: str | None = Field(None, min_length=1)
    moderation: str | None = Field(None, min_length=1)
    seconds: float = Field(20, gt=0)
    outer: float = Field(25, gt=0)
    streaming: float = Field(120, gt=0)
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    day_tokens: int = Field(50_000, ge=0)

    @property
    def reachable(self) -> bool:
        """Is there a server?"""
        return self.base_url is not None or self.key is not None

    @property
    def available(self) -> bool:
        """Is there a model to talk to?"""
        return self.reachable and self.name is not None


class Settings(BaseSettings):
    """Everything an operator can set. Read with `config.load.load_settings`.

    `operators` are user keys ("discord:1234") of those who run the bot; they pass the guards for moderators and roles too.
    `discover`: plugins of installed packages (entry points "soulfra.plugins") are set up too, without being named.
    """

    model_config = SettingsConfigDict(env_prefix="SOULFRA_", env_nested_delimiter="__", extra="forbid")

    data: Path = Path("data")
    plugins: list[str] = ["economy", "mirrors", "handlers"]
    discover: bool = True
    operators: list[str] = []
    discord: DiscordSettings = DiscordSettings()
    twitch: TwitchSettings = TwitchSettings()
    telegram: TelegramSettings = TelegramSettings()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    model: ModelSettings = ModelSettings()

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
