"""A plain body as a layout of components (Components V2): one frame that holds the text, the pictures and the buttons.

Source: "Component Reference" and "Using Message Components" of Discord's documentation. A message that was shown as a layout
stays one: whoever edits it with a plain body turns that into a layout first.
"""

from bot.adapter import Payload
from bot.platforms.discord.embeds import THUMBNAIL
from bot.platforms.discord.markdown import GAP, escaped

FLAG = 1 << 15
TEXT, MOST = 4000, 40
_ROW, _SECTION, _TEXT, _THUMBNAIL, _GALLERY, _FILE, _LINE, _CONTAINER = 1, 9, 10, 11, 12, 13, 14, 17


def layout(body: Payload) -> Payload | None:
    """The same body as a layout; None when a layout cannot hold it (4000 characters, 40 components)."""
    rows = body.get("components", [])
    shown = [_text(body["content"])] if body.get("content") else []
    frames = [_frame(embed) for embed in body.get("embeds", ())]
    outside = _attached(body)
    if frames:
        frames[-1]["components"] += rows
        rows = []
    parts = [*shown, *frames, *outside, *rows]
    if not parts or _count(parts) > MOST or _length(parts) > TEXT:
        return None
    kept = {name: value for name, value in body.items() if name not in ("content", "embeds", "components", "flags")}
    return {**kept, "components": parts, "flags": body.get("flags", 0) | FLAG}


def _frame(embed: Payload) -> Payload:
    """An embed as a container: heading and text, fields, footer, picture."""
    heading = f"### {embed['title']}" if "title" in embed else ""
    parts = _beside("\n".join(filter(None, (heading, embed.get("description", "")))), embed.get("thumbnail"))
    if fields := "\n".join(map(_field, embed.get("fields", ()))):
        parts.append(_text(fields))
    if "image" in embed:
        parts.append({"type": _GALLERY, "items": [{"media": {"url": embed["image"]["url"]}}]})
    if "footer" in embed:
        small = [f"-# {escaped(line)}" for line in embed["footer"]["text"].split("\n") if line.strip()]
        parts += [{"type": _LINE, "divider": True, "spacing": 1}, _text("\n".join(small))]
    colour = {"accent_color": embed["color"]} if "color" in embed else {}
    return {"type": _CONTAINER, **colour, "components": parts}


def _beside(text: str, thumbnail: Payload | None) -> list[Payload]:
    if not thumbnail:
        return [_text(text)] if text else []
    accessory = {"type": _THUMBNAIL, "media": {"url": thumbnail["url"]}}
    return [{"type": _SECTION, "components": [_text(text or GAP)], "accessory": accessory}]


def _field(field: Payload) -> str:
    return field["value"] if field["name"] == GAP else f"**{field['name']}**\n{field['value']}"


def _attached(body: Payload) -> list[Payload]:
    """Uploads are only shown where a component names them."""
    files = [one for one in body.get("files", ()) if not one["name"].startswith(THUMBNAIL)]
    pictures = [one for one in files if one["name"].lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))]
    gallery = [
        {"media": {"url": f"attachment://{one['name']}"}, "description": one["description"] or None} for one in pictures
    ]
    others = [{"type": _FILE, "file": {"url": f"attachment://{one['name']}"}} for one in files if one not in pictures]
    return ([{"type": _GALLERY, "items": gallery}] if gallery else []) + others


def _text(content: str) -> Payload:
    return {"type": _TEXT, "content": content}


def _walk(parts: list[Payload]) -> list[Payload]:
    found = []
    for part in parts:
        inside = [*part.get("components", ()), *([part["accessory"]] if "accessory" in part else [])]
        found += [part, *_walk(inside)]
    return found


def _count(parts: list[Payload]) -> int:
    return len(_walk(parts))


def _length(parts: list[Payload]) -> int:
    return sum(len(part["content"]) for part in _walk(parts) if part["type"] == _TEXT)
