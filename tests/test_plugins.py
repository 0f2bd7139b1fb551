"""A package that does not work is named and left out; what it does while it runs is one sentence."""

import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import ImageError, PluginError, UnknownName
from contrast_engine.features import added_names, core_names, feature_names, features, measure_image
from contrast_engine.images import LinearImage
from contrast_engine.plugins import GROUPS
from contrast_engine.projections import projections
from contrast_engine.registry import Registry
from contrast_engine.views.plugins import installed_plugins
from tests.plugin_packages import HALVES, PLAIN, WARMTH, every_registry, install, look_again

ENGINE = Path(__file__).parents[1] / "contrast_engine"
GREY = LinearImage(np.full((8, 8, 3), 0.5, dtype=np.float32))

IN_NO_GROUP = {
    "an error": ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    "a line that is no Python": ("def", "SyntaxError"),
    "what leaves the program": ("import sys; sys.exit(3)", "SystemExit"),
    "a package that is not there": ("import no_such_thing", "no_such_thing"),
    "no module": ("", "No module named"),
    "nothing": ("x = 1", "registers no"),
}
"""Modules that are no plugin of any group, each with a part of what is said of it."""

OF_A_GROUP = {
    "features: a taken name": (
        WARMTH.replace("def warmth", "def c_rms"), "already is a feature 'c_rms'"
    ),
    "features: of the core": (WARMTH.replace("unit=", "core=True, unit="), "leave core out"),
    "features: a column": (WARMTH.replace("def warmth", "def label"), "is there already"),
    "features: an attribute": (WARMTH.replace("def warmth", "def complexity"), "is there already"),
    "features: no family": (WARMTH.replace('"colour"', '"light"'), "is of no family"),
    "features: no words": (re.sub(r'"""[^"]*"""', "", WARMTH), "has no docstring"),
    "features: no feature": ("features.add('warmth')(3)", "is no Feature"),
    "features: a bad name": (WARMTH.replace("def warmth", "def Warmth"), "name that is none"),
    "projections: a taken name": (PLAIN.replace('"plain"', '"pca"'), "already is a projection"),
    "projections: a function": ("projections.add('plain')(len)", "is no class derived from"),
    "projections: not frozen": (PLAIN.replace("@dataclass(frozen=True)", ""), "no frozen dataclass"),
    "projections: no title": (re.sub("title = .*", "", PLAIN), "has no title"),
    "projections: no method": (PLAIN.replace("def project", "def draw"), "does not define project"),
    "projections: no option": (
        PLAIN.replace("    title", "    depth: int = 2\n    title"), "that is no option"
    ),
    "clusterings: no method": (HALVES.replace("def assign", "def put"), "does not define assign"),
    "classifiers: another kind": ("classifiers.add('x')(Projection)", "derived from Classifier"),
    "encoders: another kind": ("encoders.add('x')(Projection)", "derived from Encoder"),
    "checks: no function": ("checks.add('x')(3)", "is no function"),
    "checks: no words": ("checks.add('x')(lambda context: [])", "has no docstring"),
    "formats: another kind": ("formats.add('x')(Projection)", "derived from Format"),
    "formats: no method": (
        "class X(Format):\n    'Writes.'\n    title = 'X'\nformats.add('x')(X)", "define write()"
    ),
}  # fmt: skip
"""Modules with something wrong for their group, each with a part of what is said of it."""


@pytest.mark.parametrize("of", ["features", "projections", "formats"])
@pytest.mark.parametrize("what", IN_NO_GROUP)
def test_a_module_that_is_none_is_named_and_left_out(of: str, what: str, site: Path) -> None:
    source, said = IN_NO_GROUP[what]
    registry = every_registry()[of]
    ours = list(registry)
    install(site, source, {of: "lamp"})
    assert list(registry) == ours
    (broken,) = registry.broken
    assert said in broken.reason
    assert broken.words.startswith("plugin 'lamp' of contrast-lamp 1.0 is skipped: ")
    assert "\n" not in broken.words
    assert registry.plugins == ()


@pytest.mark.parametrize("what", OF_A_GROUP)
def test_what_is_not_of_its_kind_is_named_and_left_out(what: str, site: Path) -> None:
    source, said = OF_A_GROUP[what]
    of = what.partition(":")[0]
    registry = every_registry()[of]
    ours = list(registry)
    install(site, source, {of: "lamp"})
    assert list(registry) == ours
    assert said in registry.broken[0].reason


def test_nothing_stays_of_a_package_that_fails_half_way(site: Path) -> None:
    install(
        site, WARMTH + PLAIN + "raise RuntimeError('late')", {"features": "a", "projections": "b"}
    )
    assert "warmth" not in features
    assert "plain" not in projections
    assert [one.plugin.name for one in (*features.broken, *projections.broken)] == ["a", "b"]


def test_a_broken_package_does_not_take_another_with_it(site: Path) -> None:
    install(site, "raise RuntimeError", {"features": "a"}, name="broken")
    install(site, WARMTH + PLAIN, {"features": "warm", "projections": "plain"})
    assert added_names() == ("warmth",)
    assert projections.plugin("plain") == projections.plugins[0]
    assert projections.plugins[0].package == "contrast-lamp 1.0"
    working, broken = installed_plugins()
    assert [one.name for one in working] == ["warm", "plain"]
    assert [one.plugin.name for one in broken] == ["a"]


def test_one_that_somebody_imported_before_is_still_known_by_its_package(site: Path) -> None:
    install(site, WARMTH, {"features": "warm"})
    features._is_loaded = True  # not looked for yet
    importlib.import_module("lamp")
    assert features.plugin("warmth").package == "this script"
    features._is_loaded = False
    assert features.plugin("warmth").package == "contrast-lamp 1.0"


def test_a_name_that_is_not_there_says_which_plugin_is_skipped(site: Path) -> None:
    install(site, "raise RuntimeError('no licence')", {"projections": "plain"})
    with pytest.raises(UnknownName, match="is skipped: RuntimeError: no lic"):
        projections["plain"]


def test_a_group_that_there_is_not_is_listed_with_the_right_one(site: Path) -> None:
    install(site, WARMTH, {"contrast_engine.feature": "warm"})
    _, (broken,) = installed_plugins()
    assert "did you mean contrast_engine.features?" in broken.reason


def test_a_file_of_ours_that_fails_is_not_skipped(site: Path) -> None:
    home = site / "contrast_engine_house"
    home.mkdir()
    (home / "__init__.py").write_text("")
    (home / "wall.py").write_text("raise RuntimeError('a defect')")
    with pytest.raises(RuntimeError, match="a defect"):
        list(Registry("contrast_engine_house", "wall"))


def test_the_features_of_the_house_are_the_same_with_plugins_or_without(site: Path) -> None:
    ours, core, values = feature_names(), core_names(), measure_image(GREY)
    install(site, WARMTH, {"features": "warm"})
    assert (feature_names(), core_names()) == (ours, core)
    assert measure_image(GREY) == values
    assert measure_image(GREY, ["warmth"]) == {"warmth": 0.5}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1 / 0", "warmth of contrast-lamp 1.0 failed: ZeroDivisionError: division by zero"),
        ("float('nan')", "came out as nan"),
        ("float('inf')", "came out as inf"),
        ("None", "gave NoneType, not a number"),
        ("'much'", "gave str, not a number"),
        ("[0.5]", "gave list, not a number"),
        ("True", "gave bool, not a number"),
    ],
)
def test_a_feature_that_fails_is_the_problem_of_that_image(
    body: str, said: str, site: Path
) -> None:
    install(site, re.sub(r"    red.*", f"    return {body}", WARMTH, flags=re.S), {"features": "w"})
    with pytest.raises(ImageError, match=re.escape(said)):
        measure_image(LinearImage(GREY.rgb), ["warmth"])


def test_what_fails_while_it_runs_is_one_sentence_but_ours_stays_as_it_is(site: Path) -> None:
    install(site, PLAIN, {"projections": "plain"})
    said = r"projection 'plain' of contrast-lamp .* failed: KeyError"
    with pytest.raises(PluginError, match=said), projections.running("plain"):
        raise KeyError("x")
    with pytest.raises(KeyError), projections.running("pca"):
        raise KeyError("x")
    with pytest.raises(UnknownName), projections.running("plain"):
        raise UnknownName("said on purpose")


def test_what_was_made_by_a_package_that_is_gone_has_its_name(site: Path) -> None:
    gone = {"method": "plain", "plugin": "contrast-lamp 1.0"}
    made = projections.of_result(gone)
    assert made.title == "plain of contrast-lamp 1.0, which is not installed"
    assert not made.reads_features
    with pytest.raises(UnknownName, match="made by the projection plain of contrast-lamp"):
        projections.stored(gone)
    install(site, PLAIN, {"projections": "plain"})
    assert projections.of_result(gone).title == "Plain: the first two columns"
    assert projections.made_by("plain") == {"plugin": "contrast-lamp 1.0"}
    assert projections.made_by("pca") == {}


def test_nothing_of_ours_counts_as_of_another_package() -> None:
    for name, registry in every_registry().items():
        assert not [one for one in registry if registry.plugin(one)], name


def test_every_registry_is_a_group_that_is_looked_through() -> None:
    found = {}
    for file in ENGINE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for name in re.findall(r"^(\w+)(?:: [^=]*)? = Registry\(", text, re.M):
            module = ".".join(file.relative_to(ENGINE.parent).with_suffix("").parts)
            home = importlib.import_module(module.removesuffix(".__init__"))
            found[name] = getattr(home, name).package
    assert found == GROUPS
    documented = (ENGINE / "docs" / "plugins.md").read_text(encoding="utf-8")
    assert all(f"| `{group}` |" in documented for group in GROUPS.values())


def test_what_is_installed_for_a_test_is_gone_after_it() -> None:
    look_again()
    assert "warmth" not in features
    assert "lamp" not in sys.modules
