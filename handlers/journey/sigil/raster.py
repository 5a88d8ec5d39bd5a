"""Pictures as PNG: the only part of the drawing that has an effect, which is time spent in threads of its own."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bot.errors import SoulfraError

log = logging.getLogger(__name__)
AT_ONCE: Final = 2


class PictureError(SoulfraError):
    """A picture could not be drawn."""

    code = "picture"


class Pictures:
    """The service that draws. The rasteriser (resvg) is loaded with the first picture; it lets the loop run meanwhile."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "pictures")

    async def png(self, svg: str, size: int = 512) -> bytes:
        """An SVG as PNG, `size` pixels wide; with one version of the rasteriser always the same bytes.

        At most two are drawn at once, others wait. Raises `PictureError` for what is no SVG or no size.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _png, svg, size)
        except (
            ValueError,
            OverflowError,
        ) as error:  # its words may quote the picture, whose form comes from somebody's answer
            log.warning("A picture of %d characters could not be drawn: %s", len(svg), type(error).__name__)
            raise PictureError("the picture could not be drawn") from None


def _png(svg: str, size: int) -> bytes:
    import resvg_py  # noqa: PLC0415  (a library of its own weight)

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, skip_system_fonts=True))
