"""The command line: ``digitus VERB``; one thin module a verb, loaded as late as possible."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130  # what a shell expects of a program that ctrl-C ended
FAILED = 2


def main() -> None:
    """Run the command line; the entry point of the ``digitus`` command."""
    try:
        _silence_libraries()
        from digitus.cli.app import app

        app()
    except KeyboardInterrupt:  # while starting; Typer itself sees to a running verb
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:  # help on a full disk; a verb says its own sentence
        print(f"digitus: cannot write: {error.strerror or error}", file=sys.stderr)
        raise SystemExit(FAILED) from None


def _silence_libraries() -> None:
    """Keep what is not ours off the screen: libtiff, TensorFlow and others print past Python.

    They write to the file descriptor of standard error; Python gets a copy of it and goes on.
    """
    try:
        encoding, own = sys.stderr.encoding, os.dup(2)
        sys.stderr = os.fdopen(own, "w", 1, encoding=encoding, errors="backslashreplace")
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    except (OSError, AttributeError):  # closed by the caller
        return
