"""A page of a plugin's own, on the bot's web server."""

from fastapi import APIRouter

from bot import App

pages = APIRouter()


@pages.get("/hello")
async def hello() -> dict[str, str]:
    """Say hello over HTTP."""
    return {"hello": "world"}


def setup(app: App) -> None:
    """Serve it under /tour/hello."""
    app.mount("/tour", pages)
