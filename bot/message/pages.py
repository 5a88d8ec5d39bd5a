"""A long list, a page at a time."""

from collections.abc import Mapping, Sequence

from bot.message.looks import b, i
from bot.message.message import Message, Scalar, button
from bot.message.text import Part, t


class Pages:
    """Items shown `per_page` at a time, each on a line of its own: `Pages(names).message("roster", page)`.

    Raises `ValueError` when `per_page` is less than one.
    """

    def __init__(self, items: Sequence[Part], per_page: int = 10) -> None:
        if per_page < 1:
            raise ValueError("a page holds at least one item")
        self.items = items
        self.per_page = per_page

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self.items) // self.per_page))

    def message(
        self,
        path: str,
        page: int,
        options: Mapping[str, Scalar] | None = None,
        title: Part | None = None,
        *,
        private: bool = False,
    ) -> Message:
        """One page, counted from 1; one that is out of range is the nearest there is.

        Its buttons call the command at `path` with these options and the number of the next page as `page`. It shows itself in
        place of the page whose button was pressed.
        """
        page = min(max(page, 1), self.count)
        start = (page - 1) * self.per_page
        lines: list[Part] = [] if title is None else [b(title)]
        lines += self.items[start : start + self.per_page] or [t("Nothing here yet.")]
        if self.count > 1:
            lines.append(i(t("Page {page} of {pages}", page=page, pages=self.count)))
        parts = [part for line in lines for part in ("\n", line)][1:]
        turns = [(t("Previous"), page - 1), (t("Next"), page + 1)]
        buttons = [
            button(label, path, {**(options or {}), "page": number}, once=False)
            for label, number in turns
            if 1 <= number <= self.count
        ]
        return Message(*parts, buttons=buttons, private=private, update=True)
