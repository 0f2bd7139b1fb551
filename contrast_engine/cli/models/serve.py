"""serve: a model over HTTP."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, print_error, print_result
from contrast_engine.cli.parser import Commands, whole_number
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.wrong_usage import options_from_command_line
from contrast_engine.service.limits import Limits

if TYPE_CHECKING:
    from contrast_engine.predict import Predictor
    from contrast_engine.service.scored_log import Writes

HOST, PORT, MOST_OF_PORTS = "127.0.0.1", 8600, 65535
USUAL = Limits()


def add_command(commands: Commands) -> None:
    """Add `serve`."""
    parser = commands.add(
        "serve",
        "Answer over HTTP with a model: pictures in, predictions out.",
        serve,
        examples="""
contrast serve model.contrast
contrast serve model.contrast --host 0.0.0.0 --key-file keys.txt
curl --data-binary @new.jpg -H 'Content-Type: image/jpeg' http://127.0.0.1:8600/v1/predict""",
    )
    parser.add_argument("model", metavar="MODEL", help="a model file, or a workspace with a model")
    parser.add_argument("--host", default=HOST, metavar="H",
                        help=f"address to listen on (default {HOST}: only this machine); any other"
                        " needs a key")  # fmt: skip
    parser.add_argument("--port", type=_port, default=PORT, metavar="N",
                        help=f"default {PORT}; 0 takes any that is free")  # fmt: skip
    parser.add_argument("--key-file", metavar="FILE",
                        help="keys that callers must give, one a line; or the environment variable"
                        " CONTRAST_API_KEY, several separated by commas")  # fmt: skip
    parser.add_argument("--log", metavar="FOLDER",
                        help="where scored images are logged, for `contrast monitor` (default:"
                        " beside the model)")  # fmt: skip
    parser.add_argument("--no-log", action="store_true", help="log no scored images")
    _add_limits(parser.add_argument_group("limits"))
    add_reading_options(parser, "by default as the model learnt")


def _port(text: str) -> int:
    number = whole_number(0)(text)
    if number > MOST_OF_PORTS:
        raise argparse.ArgumentTypeError(f"must be at most {MOST_OF_PORTS}, got {text!r}")
    return number


def _add_limits(group: "argparse._ArgumentGroup") -> None:
    whole = whole_number(1)
    for name, kind, usual, words in (
        ("max-bytes", whole, USUAL.max_bytes, "largest body of a request"),
        ("max-images", whole, USUAL.max_images, "most images in one request"),
        ("rate", float, USUAL.rate, "requests a second from one key, or from one address without"
         " keys; 0 is no limit"),
        ("timeout", float, USUAL.timeout, "seconds a request may take"),
        ("queue", whole_number(0), USUAL.queue, "images that may wait for a worker"),
    ):  # fmt: skip
        group.add_argument(
            f"--{name}", type=kind, default=usual, metavar="N", help=f"{words} (default {usual:,})"
        )
    group.add_argument(
        "--workers", type=whole, metavar="N",
        help="images at a time (default: CONTRAST_WORKERS, or else one per core)",
    )  # fmt: skip
    group.add_argument(
        "--allow-urls", action="store_true",
        help="take pictures by their web address too, from the public internet only",
    )  # fmt: skip


def serve(arguments: argparse.Namespace) -> None:
    """Serve a model until it is stopped."""
    limits = _limits(arguments)
    # Looked for before anything else is loaded, so that the right extra is named.
    import fastapi  # noqa: F401
    import prometheus_client  # noqa: F401
    import python_multipart  # noqa: F401
    import uvicorn  # noqa: F401

    from contrast_engine.access import is_loopback
    from contrast_engine.service.app import Service
    from contrast_engine.service.keys import Keys
    from contrast_engine.service.running import check_reach, listening, run

    keys = Keys.of(arguments.key_file)
    with options_from_command_line():
        check_reach(arguments.host, keys)
    predictor = _predictor(arguments)
    listener = listening(arguments.host, arguments.port)
    hosts = (arguments.host,) if is_loopback(arguments.host) else None
    service = Service(
        predictor, limits, keys, hosts=hosts, log=_log(arguments, predictor), warn=print_error
    )
    url = _url(arguments.host, listener.getsockname()[1])
    document = {
        "url": url, "model": predictor.model.key, "tiers": list(predictor.model.tier_names),
        "needs_key": len(keys) > 0,
    }  # fmt: skip
    ready = CommandResult(document, [f"{arguments.model} answers at {url} (ctrl-c stops it)"])
    run(service, listener, limits.timeout, lambda: print_result(ready, as_json=arguments.json))
    print_error("Stopped.")


def _limits(arguments: argparse.Namespace) -> Limits:
    with options_from_command_line():
        return Limits(
            arguments.max_bytes, arguments.max_images, arguments.rate, arguments.timeout,
            arguments.workers or 0, arguments.queue, arguments.allow_urls,
        )  # fmt: skip


def _predictor(arguments: argparse.Namespace) -> "Predictor":
    from contrast_engine.predict import Predictor

    predictor = Predictor.load(arguments.model)
    predictor.options = reading_options(arguments, predictor.options)
    return predictor


def _log(arguments: argparse.Namespace, predictor: "Predictor") -> "Writes | None":
    from contrast_engine.predict.scoring.logged import log_of
    from contrast_engine.service.scored_log import MonitorWriter

    if arguments.no_log:
        return None
    folder = Path(arguments.log).expanduser() if arguments.log else log_of(arguments.model)
    return MonitorWriter(folder, predictor.model.key)


def _url(host: str, port: int) -> str:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
