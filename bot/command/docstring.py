"""What a docstring says: of the whole in its first line, of each name under `Args:` or `Attributes:`."""

import re

_ARGUMENT = re.compile(r"(\s+)\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(.*)")
_SECTIONS = ("Args:", "Attributes:")


def read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The first line, and what is said of each name. A description may go on over deeper lines."""
    about, *lines = text.splitlines() or [""]
    described: dict[str, str] = {}
    depth, name, inside = 0, "", False
    for line in lines:
        found = _ARGUMENT.fullmatch(line)
        if not line.strip():
            continue
        if not line[0].isspace():
            inside, depth = line.strip() in _SECTIONS, 0
        elif inside and found and (not depth or len(found[1]) <= depth):
            depth, name = len(found[1]), found[2]
            described[name] = found[3]
        elif inside and name:
            described[name] = f"{described[name]} {line.strip()}".strip()
    return about.strip(), described
