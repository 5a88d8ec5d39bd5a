"""Blobs over HTTP: a picture is shown, anything else is a download; nothing of it can do anything."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.store.blobs import PICTURES, PREFIX, Blobs

_HEADERS: Final = {
    "cache-control": "private, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


def files(blobs: Blobs) -> Route:
    """GET and HEAD of `/b/<token>/<name>`. The name is for people: only the token is looked up."""

    async def serve(request: Request) -> Response:
        kept = await blobs.find(request.path_params["token"])
        if kept is None or not (path := blobs.file(kept.digest)).is_file():
            raise HTTPException(404, "Not Found")
        headers = {**_HEADERS, "etag": f'"{kept.digest}"'}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if kept.type in PICTURES:
            return FileResponse(path, headers=headers, media_type=kept.type)
        headers["content-disposition"] = "attachment"
        return FileResponse(path, headers=headers, media_type="application/octet-stream")

    return Route(f"{PREFIX}/{{token}}/{{name}}", serve)
