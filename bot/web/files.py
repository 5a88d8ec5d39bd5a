"""Blobs over HTTP: a picture is shown, anything else is a download; nothing of it can do anything."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from bot.store.blobs import PICTURES, PREFIX, Blobs

_HEADERS: Final = {
    "cache-control": "private, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


def files(blobs: Blobs) -> APIRouter:
    """GET and HEAD of `/b/<token>/<name>`. The name is for people: only the token is looked up."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)

    @router.api_route("/{token}/{name}", methods=["GET", "HEAD"])
    async def serve(token: str, name: str, request: Request) -> Response:
        del name
        kept = await blobs.find(token)
        if kept is None or not (path := blobs.file(kept.digest)).is_file():
            raise HTTPException(404, "Not Found")
        headers = {**_HEADERS, "etag": f'"{kept.digest}"'}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if kept.type in PICTURES:
            return FileResponse(path, headers=headers, media_type=kept.type)
        headers["content-disposition"] = "attachment"
        return FileResponse(path, headers=headers, media_type="application/octet-stream")

    return router
