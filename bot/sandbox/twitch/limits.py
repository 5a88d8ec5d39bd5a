"""How much a sender may send, and how often: chat messages, identical messages, whispers, Helix points."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.twitch.wire import ApiError, Json

_CHAT_SECONDS = 30
_CHAT_PLAIN, _CHAT_TRUSTED = 20, 100
_POINTS, _POINTS_SECONDS = 800, 60
_DAY = 86_400


class Window:
    """Times of the last `seconds`."""

    def __init__(self, now: Callable[[], float], seconds: float) -> None:
        self._now, self._seconds = now, seconds
        self._times: deque[float] = deque()

    def count(self) -> int:
        """How many there were."""
        while self._times and self._times[0] <= self._now() - self._seconds:
            self._times.popleft()
        return len(self._times)

    def add(self) -> None:
        """One more."""
        self._times.append(self._now())


@dataclass(slots=True)
class Limits:
    """What Twitch counts. Codes of drop reasons are not published; these are invented."""

    now: Callable[[], float]
    _chat: dict[str, Window] = field(default_factory=dict)
    _texts: dict[tuple[str, str], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _whispered: dict[str, float] = field(default_factory=dict)
    _second: Window = field(init=False)
    _minute: Window = field(init=False)
    _points: Window = field(init=False)

    def __post_init__(self) -> None:
        self._second, self._minute = Window(self.now, 1), Window(self.now, 60)
        self._points = Window(self.now, _POINTS_SECONDS)

    def request(self) -> dict[str, str]:
        """Take one Helix point; the headers that tell. Raises `ApiError` 429."""
        if self._points.count() >= _POINTS:
            raise ApiError(429, "Too Many Requests")
        self._points.add()
        return self.headers()

    def headers(self) -> dict[str, str]:
        """The state of the Helix bucket."""
        left, reset = _POINTS - self._points.count(), int(self.now()) + _POINTS_SECONDS
        return {"Ratelimit-Limit": str(_POINTS), "Ratelimit-Remaining": str(left), "Ratelimit-Reset": str(reset)}

    def chat(self, sender: str, room: str, text: str, *, trusted: bool) -> Json | None:
        """Why this chat message is dropped; None when it is let through (and counted)."""
        window = self._chat.setdefault(sender, Window(self.now, _CHAT_SECONDS))
        if window.count() >= (_CHAT_TRUSTED if trusted else _CHAT_PLAIN):
            return {"code": "rate_limited", "message": "You are sending messages too quickly."}
        said = self._texts[sender, room]
        for old in [old for old, at in said.items() if at <= self.now() - _CHAT_SECONDS]:
            del said[old]
        if text in said and not trusted:
            return {
                "code": "msg_duplicate",
                "message": "This message is identical to one sent less than 30 seconds ago.",
            }
        window.add()
        said[text] = self.now()
        return None

    def whisper(self, recipient: str) -> None:
        """Count a whisper: 3 a second, 100 a minute, 40 new recipients a day. Raises `ApiError` 429."""
        today = [one for one, at in self._whispered.items() if at > self.now() - _DAY]
        many = self._second.count() >= 3 or self._minute.count() >= 100 or (recipient not in today and len(today) >= 40)
        if many:
            raise ApiError(429, "The sending user exceeded the number of whisper requests that they may make.")
        self._second.add()
        self._minute.add()
        self._whispered[recipient] = self.now()
