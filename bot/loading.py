"""Which plugins there are. One that cannot work is refused as a whole, with the reason; the others go on."""

import logging
from collections.abc import Iterable, Mapping
from typing import Self

from bot import platforms
from bot.adapter import Platform
from bot.command import CommandSpec, check_services
from bot.errors import Problem, SettingsError
from bot.plugins import Plugin, RefusedError, Registrations, find, installed, listed, set_up, told
from config.settings import Settings

_CARRY = "has commands that a platform cannot carry"
_SERVE = "needs what nobody provides"
log = logging.getLogger(__name__)


class Loading(Registrations):
    """Sets plugins up, and takes out what cannot work. `refused` says why a plugin is not there."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.platforms: dict[str, Platform] = {}
        self.refused: dict[str, str] = {}
        self._plugins: dict[str, Plugin] = {}

    @property
    def plugins(self) -> list[str]:
        """The names of those that are there."""
        return list(self._plugins)

    @property
    def commands(self) -> dict[str, list[CommandSpec]]:
        """What can be asked for, by the plugin that brings it."""
        return {name: [spec for spec in plugin.specs if not spec.subscriber] for name, plugin in self._plugins.items()}

    def load(self) -> Self:
        """Set up every plugin that the settings name, then those of installed packages. One that cannot work is refused.

        Raises `SettingsError` for what an operator wrote wrongly.
        """
        for name in dict.fromkeys([*self.settings.plugins, *(installed() if self.settings.discover else ())]):
            self._set_up(name)
        self._refuse_unserved()
        return self

    def compile(self, checks: Mapping[str, platforms.Check] | None = None) -> list[CommandSpec]:
        """Every command, checked by these platforms. Raises `SettingsError` with everything that is wrong with any plugin."""
        self._check(checks or {})
        if self.refused:
            raise SettingsError(self._refusals())
        return list(self.registry)

    def problems(self) -> list[str]:
        """What is wrong with what an operator wrote, a line each."""
        return [line for check in self._checking for line in check()]

    def _set_up(self, name: str) -> None:
        """One plugin, or the reason why it is refused."""
        plugin, before = Plugin(name), self._into
        self._plugins[name] = self._into = plugin
        self.refused.pop(name, None)
        try:
            set_up(find(name), self)
            self._register(plugin)
        except RefusedError as error:
            self._refuse(plugin, str(error))
        except SettingsError as error:  # not the plugin's fault, and nothing that others should go on without
            self._refuse(plugin, str(error))
            raise
        except Exception as error:  # whatever a plugin raises, the others go on
            self._refuse(plugin, f"raised in setup(app): {told(error)}")
        finally:
            self._into = before

    def _refuse(self, plugin: Plugin, reason: str) -> None:
        """All of it, or nothing: what it registered is taken out."""
        plugin.withdraw()
        del self._plugins[plugin.name]
        self.refused[plugin.name] = reason

    def _refuse_unserved(self) -> None:
        """Who is refused takes its services along, which others may need."""
        refused = True
        while refused:
            refused = False
            for plugin in list(self._plugins.values()):
                if missing := check_services(plugin.specs, self._kinds):
                    refused = True
                    self._refuse(plugin, str(listed(_SERVE, missing)))

    def _check(self, checks: Mapping[str, platforms.Check]) -> None:
        """Refuse what a platform cannot carry, or has no services."""
        for plugin in list(self._plugins.values()):
            if problems := _problems(plugin.specs, checks):
                self._refuse(plugin, str(listed(_CARRY, problems)))
        self._refuse_unserved()

    def _finish_loading(self) -> None:
        """From here on only plugins come and go. Raises `SettingsError` when there is nothing that could run."""
        self._check(self._checks)
        for name, reason in self.refused.items():
            log.error("plugins: %r is left out: it %s", name, " ".join(reason.split()))
        if self.refused and not self._plugins:
            raise SettingsError(self._refusals())
        try:
            self._register(self._own)
        except RefusedError as error:
            raise SettingsError(f"the app itself {error}") from None
        missing = check_services(self._own.specs, self._kinds)
        if problems := missing or _problems(self._own.specs, self._checks):
            raise SettingsError(f"the app itself {listed(_SERVE if missing else _CARRY, problems)}")
        self._into = None

    def _specs(self, platform: str) -> list[CommandSpec]:
        """The commands that people of this platform can ask for."""
        return [spec for spec in self.registry if not spec.subscriber and _meant(spec, platform)]

    @property
    def _checks(self) -> dict[str, platforms.Check]:
        return {one.name: one.check for one in self.platforms.values()}

    def _refusals(self) -> str:
        return "\n".join(f"plugins: {name!r} {reason}" for name, reason in self.refused.items())


def _meant(spec: CommandSpec, platform: str) -> bool:
    return not spec.platforms or platform in spec.platforms


def _problems(specs: Iterable[CommandSpec], checks: Mapping[str, platforms.Check]) -> list[Problem]:
    """What these platforms cannot carry."""
    return [
        problem
        for spec in specs
        for name, check in checks.items()
        if not spec.subscriber and _meant(spec, name)
        for problem in check(spec)
    ]
