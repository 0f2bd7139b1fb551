"""Methods on the command line: METHOD and -o NAME=VALUE, checked by the method's own options."""

import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING

from contrast_engine.cli.parser import Parser
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.errors import UnknownName

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.options import Recipe
    from contrast_engine.registry import Registry

    Methods = Callable[[], Registry[type[Recipe]]]


def add_method(parser: Parser, methods: "Methods", default: str, metavar: str = "METHOD") -> None:
    """Add which method, and its options; `--help` lists all of them.

    Args:
        parser: The command.
        methods: The registry, asked for only when it is needed.
        default: The method without any given.
        metavar: What the argument is called in the help.
    """
    method = parser.add_argument(
        "method", metavar=metavar, nargs="?", default=default, help=f"default {default}"
    )
    method.complete_with = methods  # type: ignore[attr-defined]
    parser.add_argument(
        "-o",
        dest="option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the method; may be given several times",
    )
    parser.late_epilog = lambda: _methods_help(methods())


def checked_options(registry: "Registry[type[Recipe]]", method: str, given: list[str]) -> "Json":
    """The options of a method, from `-o name=value` texts.

    Raises:
        WrongUsage: The method or an option does not exist, or a value does not fit.
    """
    from contrast_engine.options import options_of

    try:
        recipe = registry[method]
    except UnknownName as error:
        raise WrongUsage(str(error)) from None
    declared = {option.name: option for option in options_of(recipe)}
    values: Json = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise WrongUsage(f"-o takes NAME=VALUE, got {text!r}")
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(declared)}"
            raise WrongUsage(f"{method} has no option {name!r}; {hint}")
        with options_from_command_line():
            values[name] = declared[name].parse(value)
    with options_from_command_line():
        recipe.of(values)
    return values


def _methods_help(registry: "Registry[type[Recipe]]") -> str:
    from contrast_engine.options import options_of

    lines = ["methods:"]
    for name, recipe in registry.items():
        lines.append(f"  {name:<14}{(recipe.__doc__ or '').splitlines()[0]}")
        for option in options_of(recipe):
            lines.append(f"    -o {option.name}={option.default}   {option.help}")
    return "\n".join(lines)
