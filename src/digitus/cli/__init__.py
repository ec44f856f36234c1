"""The command line: ``digitus VERB``; one thin module a verb, loaded as late as possible."""

from __future__ import annotations

INTERRUPTED = 130  # what a shell expects of a program that ctrl-C ended


def main() -> None:
    """Run the command line; the entry point of the ``digitus`` command."""
    try:
        from digitus.cli.app import app

        app()
    except KeyboardInterrupt:  # while starting; Typer itself sees to a running verb
        raise SystemExit(INTERRUPTED) from None
