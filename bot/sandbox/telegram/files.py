"""Files: what was uploaded, what was given, and what `getFile` hands out."""

import base64
import mimetypes
import re
import struct
from collections.abc import Mapping
from typing import Any

from bot.sandbox.telegram.errors import bad

PHOTO_BYTES, UPLOAD_BYTES, DOWNLOAD_BYTES = 10 << 20, 50 << 20, 20 << 20
_ADDRESS = re.compile(r"https?://.")
_EMPTY = "file must be non-empty"


class Upload(bytes):
    """The content of a part of a request; `filename` is what it was called there."""

    filename: str = ""

    @classmethod
    def named(cls, content: bytes, filename: str) -> "Upload":
        """With a name."""
        one = cls(content)
        one.filename = filename
        return one


Files = Mapping[str, Upload]


class Shelf:
    """Every file that went through the rooms, by id. `paths` maps what `getFile` tells to an id."""

    def __init__(self) -> None:
        self._content: dict[str, bytes] = {}
        self.paths: dict[str, str] = {}

    def content(self, file_id: str) -> bytes:
        """Raises `ApiError` for an id that nobody gave."""
        if file_id not in self._content:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self._content[file_id]

    def put(self, content: bytes, number: int, folder: str, name: str) -> dict[str, Any]:
        """Keep it; its ids and its size."""
        file_id = f"sandbox-{number}"
        self._content[file_id] = content
        self.paths[f"{folder}/file_{number}{_suffix(name)}"] = file_id
        return {"file_id": file_id, "file_unique_id": f"u{number}", "file_size": len(content)}

    def file(self, file_id: str) -> dict[str, Any]:
        """A `File`. Raises `ApiError`, also for what is larger than the Bot API hands out."""
        content = self.content(file_id)
        if len(content) > DOWNLOAD_BYTES:
            raise bad("file is too big")
        path = next(path for path, known in self.paths.items() if known == file_id)
        return {
            "file_id": file_id,
            "file_unique_id": file_id.replace("sandbox-", "u"),
            "file_size": len(content),
            "file_path": path,
        }

    def photo(self, given: str, files: Files, number: int) -> list[dict[str, Any]]:
        """A sent picture as its sizes. Raises `ApiError`."""
        data = self._given(given, files)
        if data is None:
            return [{**self.put(b"", number, "photos", "x.jpg"), "width": 90, "height": 90}]
        if len(data) > PHOTO_BYTES:
            raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
        if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise bad("IMAGE_PROCESS_FAILED")
        width, height = _measure(data)
        return [{**self.put(data, number, "photos", "x.jpg"), "width": width, "height": height}]

    def document(self, given: str, files: Files, number: int) -> dict[str, Any]:
        """A sent file. Raises `ApiError`."""
        data = self._given(given, files)
        if data is None:
            name = given.rsplit("/", 1)[-1] or "file"
            return {**self.put(b"", number, "documents", name), "file_name": name}
        if not data:
            raise bad(_EMPTY)
        if len(data) > UPLOAD_BYTES:
            raise bad("file is too big")
        name = data.filename or "file"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return {**self.put(data, number, "documents", name), "file_name": name, "mime_type": kind}

    def _given(self, given: str, files: Files) -> Upload | None:
        """What was uploaded or is known by its id; None for an address."""
        if _ADDRESS.match(given):
            return None
        if given in self._content:
            return Upload(self._content[given])
        data = files.get(given.removeprefix("attach://"))
        if data is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return data


def from_human(shelf: Shelf, number: int, name: str, content: bytes, kind: str) -> dict[str, Any]:
    """A file that somebody gave, as the field of a message that it becomes."""
    if kind in ("image/png", "image/jpeg"):
        width, height = _measure(content)
        half = {"width": max(1, width // 2), "height": max(1, height // 2), "file_size": 1}
        small = {**shelf.put(content, number, "photos", "s.jpg"), **half}
        full = {**shelf.put(content, number + 1, "photos", "x.jpg"), "width": width, "height": height}
        return {"photo": [small, full]}
    family = kind.partition("/")[0]
    kept = {**shelf.put(content, number, f"{family}s", name), "mime_type": kind}
    if kind == "audio/ogg":
        return {"voice": {**kept, "duration": 1}}
    if family == "video":
        return {"video": {**kept, "file_name": name, "width": 90, "height": 90, "duration": 1}}
    if family == "audio":
        return {"audio": {**kept, "file_name": name, "duration": 1}}
    return {"document": {**kept, "file_name": name}}


def picture(data: bytes) -> str | None:
    """An uploaded picture as an address that a page can draw without another request."""
    if not data.startswith((b"\x89PNG", b"\xff\xd8")):
        return None
    kind = "jpeg" if data.startswith(b"\xff\xd8") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _measure(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return 90, 90


def _suffix(name: str) -> str:
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found[0].lower() if found else ""
