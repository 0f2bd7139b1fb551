"""Filters: the same as text and as answer, whatever things are called, and counted as by hand."""

import itertools
import random
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import OptionError
from contrast_engine.features import features
from contrast_engine.results import UNASSIGNED, Clustering, Predictions
from contrast_engine.store import Artifact, ImageFile, Workspace
from contrast_engine.store.notes import kind_of
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.filter_bar import filter_bar
from contrast_engine.views.collection.filter_sources import offered
from contrast_engine.views.collection.filter_tables import filter_tables
from contrast_engine.views.collection.filters import (
    KINDS,
    LONGEST,
    Condition,
    Filter,
    escaped,
    read,
    read_address,
    read_words,
)

N = 60
ODD = (
    "a,b", "a~b", "0.1~0.4", "\\", "a\\,b", "\\\\", "(none)", "()", "(", "\"quoted\" 'x'",
    "<b>&amp;</b>", "😀", "Ünïcode", "a/b", "..", "C:\\new", "a=b&c#d%20+", "x y", "12",
)  # fmt: skip
"""Names with whatever text around them could mean."""


@pytest.mark.parametrize("key", [*KINDS, "feature.c_rms"])
@pytest.mark.parametrize("name", ODD)
def test_a_filter_is_the_same_after_a_round_through_an_address(key, name):
    is_number = key in {"confidence", "feature.c_rms"}
    for special in [(), KINDS.get(key, ("none",))]:
        if is_number:
            asked = [Condition(key, special=special, low=low, high=high)
                     for low, high in ((-1e-9, 0.4), (None, 3.0), (1e300, None))]  # fmt: skip
        elif key == "name":
            asked = [Condition(key, (name,))]
        else:
            asked = [Condition(key, (name,), special), Condition(key, (name, "z", ""), special)]
        for condition in asked:
            query = urlencode(Filter((condition,)).parameters)
            found, problems = read_address(dict(parse_qsl(query, keep_blank_values=True)))
            assert (found.conditions, problems) == ((condition,), {})


def test_no_address_is_too_odd_to_be_read_and_what_is_read_stays():
    chance, letters = random.Random(0), "a,~\\()=none0.1e- \n😀<"
    for _ in range(400):
        text = "".join(chance.choices(letters, k=chance.randrange(12)))
        for key in ("label", "feature.c_rms", "confidence", "name", "quark", "", "feature."):
            found, _problems = read_address({f"f.{key}": text, "at": "1", "pca.x": text})
            again, none = read_address(found.parameters)
            assert (again, none) == (found, {})


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("quark", "1", "no filter by 'quark'"),
        ("feature.c_rms", "low", "one range such as 0.1~0.4"),
        ("feature.c_rms", "~", "one range"),
        ("feature.c_rms", "nan~1", "one range"),
        ("feature.c_rms", "1~2,3~4", "one range"),
        ("feature.c_rms", "2~1", "ends before it begins"),
        ("confidence", "1e999~", "too large"),
        ("label", "x" * (LONGEST + 1), "at most"),
        ("label", ",".join(map(str, range(300))), "at most"),
    ],
)
def test_what_cannot_be_meant_is_said_and_the_rest_counts(key, text, words):
    with pytest.raises(OptionError, match=words):
        read(key, text)
    found, problems = read_address({f"f.{key}": text, "f.folder": "a"})
    assert [one.key for one in found.conditions] == ["folder"]
    assert words in problems[key]


def test_on_the_command_line_one_kind_may_come_twice_and_features_go_by_their_name():
    asked = read_words(["label=low", "c_rms=0.1~0.4", "label=(none)", "blur=~3"])
    assert asked.parameters == {
        "f.label": "(none),low",
        "f.feature.c_rms": "0.1~0.4",
        "f.feature.sharpness": "~3",
    }
    for wrong in (["label"], ["label="], ["c_rms=1~2", "c_rms=2~3"], ["name=a", "name=b"]):
        with pytest.raises(OptionError):
            read_words(wrong)


class Facts:
    """What is true of sixty images, as plain dictionaries, and a workspace in which it is so."""

    def __init__(self, root):
        chance = random.Random(3)
        self.ids = [ImageId(f"{k * 7919 % 65521:016x}") for k in range(1, N + 1)]
        self.classes = {key: {i: set() for i in self.ids} for key in KINDS if key != "confidence"}
        self.numbers = {"confidence": {}, "feature.c_rms": {}, "feature.entropy": {}}
        self.workspace = Workspace(root / "w.contrast")
        self._scan(chance)
        self._label(chance)
        self._results(np.random.default_rng(4))

    def _scan(self, chance):
        files = []
        folders = ["/p/x", "/p/x/in a,b", "/p/x/in a,b/~deep", "/p/y (none)", "/p"]
        for k, image in enumerate(self.ids):
            notes = chance.choice([(), ("16-bit",), ("16-bit", "rotated: 90")])
            for folder in chance.sample(folders, chance.choice([1, 1, 2])):
                name = f"IMG {k:03d} {chance.choice(ODD).replace('/', '-')}.jpg"
                files.append(ImageFile(f"{folder}/{name}", "/p", id=image, notes=notes))
                self.classes["name"][image].add(name.casefold())
                parts = ["p", *folder.split("/")[2:]]
                above = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
                self.classes["folder"][image] |= above
            self.classes["note"][image] = set(map(kind_of, notes))
        self.workspace.save_files(files)

    def _label(self, chance):
        labels = self.workspace.labels
        labels.define([*ODD[:4], "unused"], False, "me")
        for name, who in itertools.product(ODD[:4], ("ann, (none)",)):
            some = [image for image in self.ids if not self.classes["label"][image]]
            some = chance.sample(some, 11)
            labels.add(some, name, who)
            for image in some:
                self.classes["label"][image] = {name}
                self.classes["annotator"][image] = {who}

    def _results(self, draw):
        ids, keep = tuple(self.ids), self._keep
        values = draw.gamma(2, size=(N, len(tuple(features)))).round(2)
        keep("features", Vectors(ids[5:], values[5:], tuple(features)))
        for name in ("c_rms", "entropy"):
            column = list(features).index(name)
            self.numbers[f"feature.{name}"] = {
                i: values[k, column] for k, i in enumerate(ids) if k >= 5
            }
        cluster = draw.integers(UNASSIGNED, 3, N)
        key = keep("clusterings", Clustering(ids, cluster, np.zeros(N)))
        self.workspace.labels.name_cluster(key, 1, "Night, ~dim")
        for image, one in zip(ids, cluster.tolist(), strict=True):
            self.classes["cluster"][image] = {str(one)} if one != UNASSIGNED else set()
        shares = draw.dirichlet([1, 1, 1], N - 4)
        found = Predictions(ids[4:], ("a", "b", "c,d"), shares, shares.max(1) < 0.45)
        keep("predictions", found)
        for k, image in enumerate(ids[4:]):
            said = {"(abstains)"} if found.abstains[k] else {found.label[k]}
            self.classes["predicted"][image] = said
            self.numbers["confidence"][image] = float(shares[k].max())
        for one in steps.issues(self.workspace):
            for image in one.images:
                self.classes["issue"][image].add(one.issue.name)

    def _keep(self, kind, result):
        key = self.workspace.save(Artifact(kind, "test@1"), result)
        self.workspace.make_current(kind, key)
        return key

    def passes(self, image, condition):
        """Whether an image meets a condition, one image and one value at a time."""
        key = condition.key
        if key == "name":
            names = self.classes["name"][image]
            return any(all(w in n for w in condition.text.casefold().split()) for n in names)
        if key in self.numbers:
            number = self.numbers[key].get(image)
            if number is None:
                return "none" in condition.special
            low, high = condition.low, condition.high
            return (
                condition.has_range
                and (low is None or number >= low)
                and (high is None or number <= high)
            )
        said = self.classes[key][image]
        if not said and "none" in condition.special:
            return True
        wanted = {*condition.values, *(f"({name})" for name in condition.special)}
        return bool(said & wanted)

    def passing(self, conditions):
        return {i for i in self.ids if all(self.passes(i, one) for one in conditions)}


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return Facts(tmp_path_factory.mktemp("filters"))


def drawn(facts, chance, key):
    """A condition of a kind that names what is there."""
    if key == "name":
        return Condition(key, (chance.choice(["img", "1", "IMG 02", "\\", "😀", "no such"]),))
    if key in facts.numbers:
        low, high = sorted(chance.choices(sorted(facts.numbers[key].values()), k=2))
        special = chance.choice([(), ("none",)])
        return Condition(key, (), special, *chance.choice([(low, high), (low, None), (None, high)]))
    known = {text for said in facts.classes[key].values() for text in said}
    plain = sorted(text for text in known if text != "(abstains)")
    special = chance.choice([(), tuple(s for s in KINDS[key] if s not in ("disputed", "unlike"))])
    return Condition(key, tuple(chance.sample(plain, min(len(plain), 2))), special)


def test_who_passes_and_every_count_are_those_of_a_slow_count_by_hand(facts):
    tables, chance = filter_tables(facts.workspace), random.Random(5)
    keys = [*facts.classes, *facts.numbers]
    for round_ in range(80):
        some = keys[round_ % len(keys) :][:1] if round_ < len(keys) else chance.sample(keys, 3)
        asked = Filter(tuple(drawn(facts, chance, key) for key in some))
        found = tables.passing(asked)
        assert set(found.images) == facts.passing(asked.conditions), asked
        assert not found.problems
        for one in asked.conditions:
            others = facts.passing(asked.without(one.key).conditions)
            assert found.without[one.key] == len(others)
            assert found.alone[one.key] == len(facts.passing([one]))
        for key in chance.sample(keys, 3):
            others = facts.passing(asked.without(key).conditions)
            for choice in tables.choices(asked, key):
                one = read(key, choice.text)
                assert choice.left == sum(facts.passes(i, one) for i in others), (key, choice)
                assert choice.total == len(facts.passing([one]))
                assert read(key, choice.text).text == choice.text
            if key in facts.numbers:
                spread = tables.spread(asked, key)
                numbers = [facts.numbers[key][i] for i in others if i in facts.numbers[key]]
                assert (spread.known, spread.absent) == (len(numbers), len(others) - len(numbers))
                for place, below, upto in zip(
                    spread.places, spread.below, spread.upto, strict=True
                ):
                    assert below == sum(n < place for n in numbers)
                    assert upto == sum(n <= place for n in numbers)


def test_every_kind_there_is_is_offered_and_has_its_choices(facts):
    tables = filter_tables(facts.workspace)
    for key in offered(facts.workspace):
        choices, spread = tables.choices(Filter(), key), tables.spread(Filter(), key)
        assert bool(choices) != bool(spread), key
    assert {"folder", "cluster", "note", "feature.entropy"} < set(offered(facts.workspace))
    titles = {c.text: c.title for c in tables.choices(Filter(), "cluster")}
    assert titles == {
        "0": "Cluster 0",
        "1": "Night, ~dim",
        "2": "Cluster 2",
        "(none)": "In no cluster",
    }


def test_what_an_old_address_names_is_passed_over_and_said(facts):
    stale = {"f.label": "gone,a~b", "f.cluster": "99", "f.feature.zzz": "1~2", "f.quark": "1"}
    bar = filter_bar(facts.workspace, *read_address(stale))
    assert set(bar.passing) == facts.passing([Condition("label", ("a~b",))])
    said = " ".join(bar.problems)
    for part in ("'gone'", "'99'", "'zzz'", "'quark'"):
        assert part in said
    assert [chip.key for chip in bar.chips if chip.alone is None] == ["cluster", "feature.zzz"]
    assert bar.unread == ("quark",)
    only_stale = filter_bar(facts.workspace, *read_address({"f.cluster": "99"}))
    assert only_stale.passing is None


def test_a_class_is_found_by_what_people_call_it_too(facts):
    by_name = filter_bar(facts.workspace, read_words([f"cluster={escaped('night, ~DIM')}"]))
    assert by_name.passing == filter_bar(facts.workspace, read_words(["cluster=1"])).passing
    assert [chip.words for chip in by_name.chips] == ["Night, ~dim"]


def test_a_new_label_counts_at_once(tmp_path):
    facts = Facts(tmp_path)
    asked = read_words(["label=a~b"])
    before = filter_bar(facts.workspace, asked).passing
    bare = next(image for image in facts.ids if not facts.classes["label"][image])
    facts.workspace.labels.add([bare], "a~b", "ann, (none)")
    assert set(filter_bar(facts.workspace, asked).passing) == {*before, bare}


def test_at_rest_nothing_is_read_but_how_many_images_there_are(tmp_path):
    empty = Workspace(tmp_path / "w.contrast")
    bar = filter_bar(empty, Filter())
    assert (bar.chips, bar.passing, bar.total) == ((), None, 0)
    everything = filter_bar(empty, *read_address({f"f.{key}": "x" for key in KINDS}))
    assert not everything.passing
