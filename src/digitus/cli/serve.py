"""``digitus serve``: the reader over HTTP."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from digitus.cli.own_model import reader_with
from digitus.errors import InvalidOption, ServerError


def _finite(value: float) -> float:
    if not math.isfinite(value):  # no range holds a NaN back
        raise typer.BadParameter(f"{value} is no number of megabytes, megapixels or seconds.")
    return value


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")
    ] = 8000,
    api_key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="API keys, one a line, of which callers must send one; by default what the "
            "variable DIGITUS_API_KEY says.",
            show_default=False,
        ),
    ] = None,
    no_auth: Annotated[
        bool,
        typer.Option("--no-auth", help="Serve everybody who can reach the address, without keys."),
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A further name by which it may be called, as that of a proxy before it; may be "
            "given several times. Calls by any others are refused.",
            show_default=False,
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="A site whose pages may call, as https://example.org; may be given several times.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Read with your own model, as with read.", show_default=False
        ),
    ] = None,
    max_megabytes: Annotated[
        float,
        typer.Option(min=0.001, max=1000, callback=_finite, help="Most megabytes of a call."),
    ] = 20,
    max_megapixels: Annotated[
        float,
        typer.Option(min=0.001, max=100, callback=_finite, help="Most megapixels of a picture."),
    ] = 40,
    max_pictures: Annotated[int, typer.Option(min=1, help="Most pages of a call.")] = 50,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1, callback=_finite, help="Seconds that a call may take, waiting included."
        ),
    ] = 20,
    upload_timeout: Annotated[
        float,
        typer.Option(min=0.1, callback=_finite, help="Seconds that sending a call may take."),
    ] = 30,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Calls that are worked on at once; by default as many as there are cores.",
            show_default=False,
        ),
    ] = None,
    queue: Annotated[
        int, typer.Option(min=0, help="Calls that may wait; one more is told to come back.")
    ] = 64,
) -> None:
    """Read pictures that other programs send over HTTP.

    It answers this machine alone, unless --host says otherwise. Ctrl-C ends it.

    [bold]digitus serve[/bold]

    [bold]digitus serve --host 0.0.0.0 --api-key-file keys.txt[/bold]
    """
    try:
        from digitus.server.keys import VARIABLE, is_local, load_keys
        from digitus.server.names import LOCAL_NAMES, checked_name, checked_origin
        from digitus.server.run import serve as run
        from digitus.server.settings import Settings, usable_cores
    except ImportError as error:
        raise ServerError(
            f"the server needs '{error.name}', which is not installed: pip install 'digitus[serve]'"
        ) from error
    keys = load_keys(api_key_file)
    if no_auth and keys:
        raise InvalidOption("--no-auth serves without keys: leave it out, or the keys")
    names = frozenset(map(checked_name, allow_host or ()))
    local = is_local(host)
    if not (keys or no_auth or (local and not names)):
        raise InvalidOption(
            f"{', '.join(sorted(names)) or host} can be reached by others: name a file with API "
            f"keys by --api-key-file, put a key into the variable {VARIABLE}, or say --no-auth"
        )
    settings = Settings(
        keys=keys,
        hosts=LOCAL_NAMES | names | {host.lower()} if local or names else None,
        origins=tuple(map(checked_origin, allow_origin or ())),
        max_bytes=int(max_megabytes * 1e6),
        max_pixels=int(max_megapixels * 1e6),
        max_pictures=max_pictures,
        call_seconds=timeout,
        upload_seconds=upload_timeout,
        threads=threads or usable_cores(),
        queue=queue,
    )
    run(
        reader_with(model, shared=True),
        settings,
        host,
        port,
        lambda url: typer.echo(f"digitus listens on {url} (ctrl-C ends it)", err=True),
    )
