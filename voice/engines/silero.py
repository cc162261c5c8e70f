"""Speech detection by Silero VAD 6 (MIT), whose ONNX model lies inside faster-whisper's wheel (1.25 MB).

A frame of 32 ms takes 0.06 ms on one thread. The model hears 16 kHz only; telephone sound is brought up to that.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from voice.audio import Sound, to_float
from voice.engines.missing import EngineMissing

_CONTEXT = 64
_MODEL = "silero_vad_v6.onnx"
_LOADING = threading.Lock()


class SileroVad:
    """One stream's detector; all streams share one model.

    Raises:
        EngineMissing: onnxruntime or faster-whisper's wheel is not installed.
    """

    rate = 16_000
    size = 512

    def __init__(self) -> None:
        with _LOADING:
            self._session = _session()
        self.begin()

    def begin(self) -> None:
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._input = np.zeros((1, _CONTEXT + self.size), np.float32)

    def speech(self, frame: Sound) -> float:
        # The end of the frame before goes in front of this one.
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = to_float(frame)
        given = {"input": self._input, "h": self._hidden, "c": self._cell}
        found, self._hidden, self._cell = self._session.run(None, given)
        return float(found.item())


def look_for_silero() -> None:
    """See that all is there, without loading any of it.

    Raises:
        EngineMissing: onnxruntime or faster-whisper's wheel is not installed.
    """
    if find_spec("onnxruntime") is None:
        raise EngineMissing("silero", "onnxruntime", "voice")
    _model()


@cache
def _session() -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise EngineMissing("silero", "onnxruntime", "voice") from None
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(_model()), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _model() -> Path:
    """The file inside faster-whisper, which is not imported for it."""
    spec = find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "assets" / _MODEL
        if path.is_file():
            return path
    raise EngineMissing("silero", "faster-whisper 1.2 or later", "voice")
