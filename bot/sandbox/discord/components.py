"""What components may hold (Discord's documentation, "Component Reference"): rows, buttons, selects, layouts, modals."""

import copy
from collections.abc import Iterator, Sequence

from bot.sandbox.discord.errors import Json, bad, too_long

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SECTION, DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD = 9, 10, 11, 12, 13, 14, 17, 18, 19
SELECTS = (SELECT, 5, 6, 7, 8)
_TOP = (ROW, SECTION, DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_INSIDE = tuple(kind for kind in _TOP if kind != CONTAINER)
_ROWS, _IN_ROW, _ALL, _TEXT = 5, 5, 40, 4000
_LABEL, _ID, _HINT, _OPTIONS, _OPTION, _MODAL, _TITLE = 80, 100, 150, 25, 100, 5, 45
_LINK = 5
_CHILDREN = ("components", "accessory", "component")


def validate(components: Sequence[Json], at: str, *, layout: bool) -> None:
    """Raises what Discord answers to components of a message that it does not take. `layout`: flag 1 << 15 is set."""
    nodes = list(walk(components))
    if len(nodes) > _ALL or (not layout and len(components) > _ROWS):
        raise bad(f"{at}components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_ROWS} in length.")
    for n, component in enumerate(components):
        _placed(component, _TOP if layout else (ROW,), f"{at}components.{n}")
    if sum(len(node.get("content") or "") for node in nodes if node["type"] == DISPLAY) > _TEXT:
        raise too_long(f"{at}components", _TEXT)
    _named(nodes, at)


def modal(data: Json) -> None:
    """Raises what Discord answers to a modal that it does not take."""
    components: list[Json] = data.get("components") or []
    for name, most in (("custom_id", _ID), ("title", _TITLE)):
        if not 1 <= len(str(data.get(name) or "")) <= most:
            raise bad(f"data.{name}", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")
    if not 1 <= len(components) <= _MODAL:
        raise bad("data.components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_MODAL} in length.")
    for n, one in enumerate(components):
        _field(one, f"data.components.{n}")
    _named(list(walk(components)), "data.")


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component, children after parents."""
    for component in components:
        yield component
        for name in _CHILDREN:
            if child := component.get(name):
                yield from walk(child if isinstance(child, list) else [child])


def numbered(components: Sequence[Json]) -> list[Json]:
    """Copies with the ids that Discord gives components which have none, and what it fills in."""
    made = copy.deepcopy(list(components))
    for n, node in enumerate(walk(made), 1):
        node.setdefault("id", n)
        if node["type"] in SELECTS:
            node.setdefault("min_values", 1)
            node.setdefault("max_values", 1)
        elif node["type"] == CONTAINER:
            node.setdefault("accent_color", None)
            node.setdefault("spoiler", False)
    return made


def _placed(node: Json, allowed: Sequence[int], at: str) -> None:
    """A component where it may stand, with what it may hold."""
    kind, children = node.get("type"), node.get("components") or []
    if kind not in allowed:
        raise bad(f"{at}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {tuple(allowed)}.')
    if kind == ROW:
        _row(children, at)
    elif kind == SECTION:
        _section(node, children, at)
    elif kind == CONTAINER:
        for n, child in enumerate(children):
            _placed(child, _INSIDE, f"{at}.components.{n}")
        _sized(children, _ALL, f"{at}.components")
    elif kind == DISPLAY:
        _sized(node.get("content") or "", _TEXT, f"{at}.content")
    elif kind == GALLERY:
        _sized(node.get("items") or [], 10, f"{at}.items")
    elif kind == FILE and not str(node.get("file", {}).get("url", "")).startswith("attachment://"):
        raise bad(f"{at}.file.url", "UNFURLED_MEDIA_ITEM_INVALID", "A file must be an attachment")


def _row(children: Sequence[Json], at: str) -> None:
    """Up to five buttons, or one select."""
    kinds = [child.get("type") for child in children]
    _sized(children, _IN_ROW, f"{at}.components")
    for n, kind in enumerate(kinds):
        if kind not in (BUTTON, *SELECTS):
            raise bad(f"{at}.components.{n}.type", "UNION_TYPE_CHOICES", 'Value of field "type" is not allowed.')
    if len(kinds) > 1 and set(kinds) != {BUTTON}:
        raise bad(
            f"{at}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )


def _section(node: Json, children: Sequence[Json], at: str) -> None:
    _sized(children, 3, f"{at}.components")
    for n, child in enumerate(children):
        _placed(child, (DISPLAY,), f"{at}.components.{n}")
    if (node.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
        raise bad(f"{at}.accessory", "BASE_TYPE_REQUIRED", "This field is required")


def _field(node: Json, at: str) -> None:
    """Text, or a label with something to fill in."""
    if node.get("type") == DISPLAY:
        return _sized(node.get("content") or "", _TEXT, f"{at}.content")
    if node.get("type") != LABEL:
        raise bad(f"{at}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (10, 18).')
    _sized(node.get("label") or "", _TITLE, f"{at}.label")
    if "description" in node:
        _sized(node["description"], 100, f"{at}.description")
    inner = node.get("component") or {}
    if inner.get("type") not in (INPUT, UPLOAD, *SELECTS):
        raise bad(f"{at}.component.type", "UNION_TYPE_CHOICES", 'Value of field "type" is not allowed.')
    if inner["type"] == INPUT and not (inner.get("style") in (1, 2) and 1 <= inner.get("max_length", 1) <= _TEXT):
        raise bad(f"{at}.component", "BASE_TYPE_CHOICES", "Its style is 1 or 2, its length 1 to 4000")
    if "label" in inner:
        raise bad(f"{at}.component.label", "COMPONENT_LABEL_NOT_ALLOWED", "A labelled component has no label")
    return None


def _named(nodes: Sequence[Json], at: str) -> None:
    """What can be used has a name that no other has."""
    seen: set[str] = set()
    for node in nodes:
        if node["type"] == BUTTON:
            _button(node, at)
        elif node["type"] in SELECTS:
            _select(node, at)
        if (name := node.get("custom_id")) is None:
            if node["type"] in (*SELECTS, INPUT, UPLOAD):
                raise bad(f"{at}components.custom_id", "BASE_TYPE_REQUIRED", "This field is required")
            continue
        _sized(name, _ID, f"{at}components.custom_id")
        if name in seen:
            raise bad(f"{at}components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        seen.add(name)


def _button(node: Json, at: str) -> None:
    name, link = node.get("custom_id"), node.get("style") == _LINK
    if len(node.get("label") or "") > _LABEL:
        raise too_long(f"{at}components.label", _LABEL)
    if not (node.get("label") or node.get("emoji")):
        raise bad(f"{at}components", "BUTTON_COMPONENT_INVALID_LABEL", "A button needs a label or an emoji")
    if link != bool(node.get("url")) or link == bool(name):
        text = "A custom id or url is required, but not both"
        raise bad(f"{at}components", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", text)


def _select(node: Json, at: str) -> None:
    least, most = node.get("min_values", 1), node.get("max_values", 1)
    options: list[Json] = node.get("options") or []
    if len(node.get("placeholder") or "") > _HINT:
        raise too_long(f"{at}components.placeholder", _HINT)
    if not 0 <= least <= most <= _OPTIONS or most < 1:
        raise bad(
            f"{at}components.max_values", "BASE_TYPE_MAX", "min_values must not be above max_values, nor that above 25"
        )
    if node["type"] != SELECT:
        return
    _sized(options, _OPTIONS, f"{at}components.options")
    if most > len(options):
        raise bad(f"{at}components.max_values", "SELECT_COMPONENT_TOO_FEW_OPTIONS", "There are fewer options than that")
    for option in options:
        for key in ("label", "value"):
            _sized(option.get(key) or "", _OPTION, f"{at}components.options.{key}")
        if len(option.get("description") or "") > _OPTION:
            raise too_long(f"{at}components.options.description", _OPTION)
    if len({option["value"] for option in options}) < len(options):
        raise bad(
            f"{at}components.options",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )


def _sized(value: Sequence[object], most: int, at: str) -> None:
    if not 1 <= len(value) <= most:
        raise bad(at, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")
