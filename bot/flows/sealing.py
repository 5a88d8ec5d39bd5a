"""What DBOS keeps of ours is sealed: arguments and results hold people's words."""

import base64
import pickle

from dbos import Serializer

from bot.flows.model import FlowError
from bot.store import Keys


class Sealing(Serializer):
    """Pickled, as DBOS does with what it puts around our bytes and with what was raised; only what we have sealed is opened."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def serialize(self, data: object) -> str:
        """As text, for its columns."""
        return base64.b64encode(self._keys.seal(_pickled(data), "flow")).decode()

    def deserialize(self, serialized_data: str) -> object:
        """What `serialize` was given. Raises what `Keys.unseal` raises for what is not ours."""
        return pickle.loads(self._keys.unseal(base64.b64decode(serialized_data), "flow"))  # noqa: S301

    def name(self) -> str:
        """By which DBOS knows how something was written."""
        return "soulfra"


def _pickled(data: object) -> bytes:
    """An exception that cannot be read again would end its flow a second time: its text stands for it."""
    try:
        pickled = pickle.dumps(data)
        pickle.loads(pickled)  # noqa: S301  (made in the line before)
    except Exception:
        if not isinstance(data, BaseException):
            raise
        return pickle.dumps(FlowError(f"{type(data).__name__}: {data}"))
    return pickled
