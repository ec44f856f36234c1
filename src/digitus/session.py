"""Models -> sessions of ONNX Runtime: their threads, their memory, what they may look for."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import onnxruntime

from digitus.card import read_model
from digitus.errors import InvalidModel

# A stranger's model may ask for more memory than any classifier of such small pictures needs.
MOST_MEMORY = 1 << 30


def session_of(
    file: Path, content: bytes, *, shared: bool, bounded: bool = False
) -> onnxruntime.InferenceSession:
    """Make a model ready to run.

    Args:
        file: Where it lies.
        content: What is in it.
        shared: As in `Reader`.
        bounded: Whether its memory is, and nothing is worked out before it runs: a stranger's.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is told by our own errors
    # The checksum covers one file: weights in other files are not looked for anywhere.
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(file.absolute() / "none")
    )
    options.intra_op_num_threads = _threads()
    # Threads that wait by going round take up the next piece of work at once: a glyph takes two
    # thirds of the time. Between two runs they would take more of the processor than the work
    # itself; and within one from others that read.
    if shared:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    else:
        options.add_session_config_entry("session.force_spinning_stop", "1")
    # Weights that are kept as bytes are made floats once, not at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    if bounded:
        _bound_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
    return onnxruntime.InferenceSession(
        content,
        options,
        providers=["CPUExecutionProvider"],
        enable_fallback=0,
        disabled_optimizers=["ConstantFolding"] if bounded else None,
    )


def shipped_session(path: Path, *, shared: bool) -> onnxruntime.InferenceSession:
    """Make a part of digitus that needs no card ready to run.

    Args:
        path: Its file.
        shared: As in `Reader`.

    Raises:
        ModelError: It is missing or damaged.
    """
    content = read_model(path)
    try:
        return session_of(path, content, shared=shared)
    except Exception as error:  # ONNX Runtime's errors share no public base class
        raise InvalidModel(f"'{path}' is damaged: install digitus anew") from error


@cache
def _bound_memory() -> None:
    """Register the memory that strangers' models share; a process can do so once."""
    kind, use = onnxruntime.OrtAllocatorType, onnxruntime.OrtMemType
    place = onnxruntime.OrtMemoryInfo("Cpu", kind.ORT_ARENA_ALLOCATOR, 0, use.DEFAULT)
    limit = onnxruntime.OrtArenaCfg({"max_mem": MOST_MEMORY})
    onnxruntime.create_and_register_allocator(place, limit)


def _threads() -> int:
    """Return how many threads to run on; 0 leaves it to ONNX Runtime.

    It counts all cores of the machine, and on fewer its waiting threads would take the time of
    those that work.
    """
    if not hasattr(os, "sched_getaffinity"):
        return 0
    usable = len(os.sched_getaffinity(0))
    return usable if usable < (os.cpu_count() or 1) else 0
