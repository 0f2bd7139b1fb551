"""A recipe becomes a command line, and the parser of that command line gives the recipe back."""

import functools
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from contrast_engine.cli.commands import build_parser
from contrast_engine.cli.method_options import checked_options
from contrast_engine.cli.parser import Front
from contrast_engine.clusterings import clusterings
from contrast_engine.encoders import encoders
from contrast_engine.options import Option, options_of
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.registry import Registry
from contrast_engine.reproduce.command import WS, CannotRebuild, Command, Place, words_of
from contrast_engine.reproduce.structure import method_options, on, seed
from contrast_engine.store import Manifest

HOSTILE = (
    "plain", "two words", "it's", 'say "no"', "a\nb", "-x", "--who", "$HOME", "`ls`", "a;b", "*",
    "~", "é", "=", "", "\\", "a,b", "#", "!", "\udcff",
)  # fmt: skip

REGISTRIES: dict[str, Registry[Any]] = {
    "project": projections, "cluster": clusterings, "train": encoders, "pseudo-label": classifiers,
}  # fmt: skip


@functools.cache
def parser() -> Front:
    return build_parser()


def manifest(method: str, options: dict[str, Any], where: str = "features") -> Manifest:
    recipe = {"method": method, "options": options}
    return Manifest("0" * 16, "maps", "any@1", recipe, (), 7, "Vectors", 1, {"on": where})


def another(option: Option) -> Any:
    """A value that is not the default, and fits."""
    if isinstance(option.default, bool):
        return not option.default
    if option.choices:
        return next((one for one in option.choices if one != option.default), option.default)
    if isinstance(option.default, int):
        step = 1 if option.high is None or option.default + 1 <= option.high else -1
        return option.default + step
    if isinstance(option.default, float):
        low, high = option.low or 0.0, option.high if option.high is not None else 1e3
        return low + (high - low) / 3
    return option.default


def cases() -> Iterator[tuple[str, str, bool]]:
    for command, registry in REGISTRIES.items():
        for method in registry:
            yield command, method, False
            yield command, method, True


@pytest.mark.parametrize(("command", "method", "is_changed"), [*cases()])
def test_the_options_of_every_method_come_back(command: str, method: str, is_changed: bool) -> None:
    registry = REGISTRIES[command]
    kind = registry[method]
    try:
        values = {one.name: another(one) if is_changed else one.default for one in options_of(kind)}
        recipe = kind.of(values).as_json()
    except Exception:  # noqa: BLE001 - two changes that do not go together
        recipe = kind().as_json()
    made = manifest(method, recipe, "features+0123456789abcdef")
    options = [*method_options(kind, made), *seed(made)]
    options += on(made) if command != "train" else []
    if command == "pseudo-label":
        words = words_of(command, (WS,), [("--method", method), *options])
    else:
        words = words_of(command, (WS, method), options)
    line = Command(words).shell().replace('"$WS"', "w.contrast")
    arguments, unknown = parser().parse_known_args(shlex.split(line)[1:])
    assert not unknown
    assert (arguments.method, arguments.seed, arguments.workspace) == (method, 7, "w.contrast")
    assert command == "train" or arguments.on == "features+0123456789abcdef"
    again = kind.of(checked_options(registry, method, arguments.option)).as_json()
    assert (again, list(map(type, again.values()))) == (recipe, list(map(type, recipe.values())))


def test_a_value_that_the_command_line_reads_otherwise_is_said() -> None:
    fields = {one.name: one.default for one in options_of(projections["umap"])}
    number = next(name for name, value in fields.items() if isinstance(value, float))
    with pytest.raises(
        CannotRebuild, match=r"was given as 1, which the command line reads as 1\.0"
    ):
        method_options(projections["umap"], manifest("umap", fields | {number: 1}))


def test_an_option_that_is_gone_is_said() -> None:
    with pytest.raises(CannotRebuild, match="pca has no option whiskers any more"):
        method_options(projections["pca"], manifest("pca", {"whiskers": 3}))


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_one_word_of_a_shell(name: str) -> None:
    command = Command(words_of("selection save", (WS, name), [("--who", name)]))
    line = command.shell().replace('"$WS"', "w.contrast")
    arguments, unknown = parser().parse_known_args(shlex.split(line)[1:])
    assert not unknown
    assert (arguments.name, arguments.who, arguments.workspace) == (name, name, "w.contrast")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_a_cluster_and_of_a_label_is_what_it_was(name: str) -> None:
    words = words_of("label name", (WS, "0.2", name), [("--who", name)])
    arguments = parser().parse_args(_run(words))
    assert (arguments.cluster, arguments.name, arguments.who) == ("0.2", name, name)
    named = [("--label", name), ("--label", "b"), ("--ordered", None)]
    arguments = parser().parse_args(_run(words_of("label define", (WS,), named)))
    assert (arguments.names, arguments.labels, arguments.ordered) == ([name, "b"], None, True)
    words = words_of("pseudo-label", (WS,), [("--order", name), ("--order", "b")])
    assert parser().parse_args(_run(words)).order == [name, "b"]


def test_files_of_the_record_lie_in_its_folder() -> None:
    command = Command(words_of("embed", (WS, Place("vectors-1/my 'own'.csv"))))
    assert command.shell() == """contrast embed "$WS" "$RECORD"/'vectors-1/my '"'"'own'"'"'.csv'"""


def _run(words: tuple[Any, ...]) -> list[str]:
    return ["w.contrast" if isinstance(word, Place) else word for word in words]
