"""Discord's error bodies (Discord developer documentation, "JSON Error Codes" and "Error Messages")."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """Answered as `status` with Discord's body."""

    def __init__(self, status: int, code: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"code": code, "message": message, **more}


@dataclass(slots=True)
class Fault:
    """One answer gone wrong, given to the next request of a route. `after`: Discord did it, only its answer is lost."""

    status: int
    body: Json = field(default_factory=dict)
    after: bool = False


def complaint(code: str, message: str) -> Json:
    """What stands at the place of the mistake in a nested `errors` object."""
    return {"_errors": [{"code": code, "message": message}]}


def invalid(errors: Json) -> ApiError:
    """400 with Discord's nested `errors` object."""
    return ApiError(400, 50035, "Invalid Form Body", errors=errors)


def bad(path: str, code: str, message: str) -> ApiError:
    """`bad("data.content", …)`: one mistake at that place."""
    errors = complaint(code, message)
    for name in reversed(path.split(".")):
        errors = {name: errors}
    return invalid(errors)


def too_long(path: str, most: int) -> ApiError:
    """A text or list beyond its limit."""
    return bad(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def unauthorized() -> ApiError:
    """No token, or another one."""
    return ApiError(401, 0, "401: Unauthorized")


def limited(seconds: float, *, everywhere: bool = False) -> ApiError:
    """Too many requests."""
    return ApiError(429, 0, "You are being rate limited.", retry_after=round(seconds, 3), **{"global": everywhere})
