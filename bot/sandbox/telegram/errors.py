"""The errors of the Bot API, in its own words."""

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`. Status 0 breaks the connection without an answer, after the request came in."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters or {}

    def body(self) -> dict[str, Any]:
        """As JSON."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad(what: str) -> ApiError:
    """400."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {what}")


def flooded(seconds: int) -> ApiError:
    """429."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
