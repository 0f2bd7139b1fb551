"""Scripts written before commands had their names of now: same words in, same JSON keys out."""

import json
from pathlib import Path
from typing import Any

import pytest

from contrast_engine.features import features
from tests.cli.conftest import Contrast

KEYS = Path(__file__).with_name("json_keys.json")

SCRIPT = """
scan W PHOTOS
measure W
inspect PHOTO
issues W
project W pca
cluster W hierarchical -o n_clusters=3 --fine 5
axes W
similar W PHOTO
odd W
doubles W
runs W
runs W --compare KEY KEY
label define W low,high --ordered
label add W --image PHOTO --label low
label add W --image PHOTO --label high --who bob
label add W --image OTHER --label high
label add W --image OTHER --label high --who bob
label add W --image THIRD --label low
label list W
label undo W --who bob
label redo W --who bob
agreement W
label name W 1 soft
label next W --strategy random
label export W OUT/labels.csv
label import W OUT/labels.csv
pseudo-label W
predict W PHOTO
what-if W PHOTO --change haze=0.5 --flip haze
regroup exclude W --image PHOTO
regroup undo W
selection save W few --image PHOTO
selection list W
selection show W few
selection explain W few
selection export W few OUT/few.csv
selection rename W few some
selection delete W some
rank next W
rank say W --left PHOTO --right OTHER --answer left
rank show W
rank undo W
export W OUT/table.csv
export W OUT/map.html
jobs W
ladders PHOTOS --photos 2 --size 32 --feature gcf
people SCORES
doctor W
validate W
"""


def shape(value: Any) -> Any:
    """The keys of a document; a list is what its items have, names of data are a star."""
    if isinstance(value, list):
        parts = [shape(item) for item in value]
        return [merged(parts)] if parts else []
    if not isinstance(value, dict):
        return None
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = "*" if key in features or key.isdigit() else key
        found[name] = merged([found[name], shape(item)]) if name in found else shape(item)
    return found


def merged(parts: list[Any]) -> Any:
    """What several shapes have together."""
    dicts = [part for part in parts if isinstance(part, dict)]
    if dicts:
        keys = dict.fromkeys(key for part in dicts for key in part)
        return {key: merged([part[key] for part in dicts if key in part]) for key in keys}
    lists = [part for part in parts if isinstance(part, list)]
    return max(lists, key=len) if lists else None


@pytest.fixture
def scores(photos: Path, tmp_path: Path) -> Path:
    """A folder with scores of people for nine photographs of three contents."""
    folder = tmp_path / "scores"
    folder.mkdir()
    names = [file.name for file in sorted(photos.glob("*.jpg"))[:9]]
    lines = ["file,score,score_kind,reference,distortion,level"]
    for k, name in enumerate(names):
        (folder / name).symlink_to(photos / name)
        lines.append(f"{name},{k % 4 + k / 9},mos,{names[k // 3 * 3]},haze,{k % 3 + 1}")
    (folder / "scores.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_every_command_of_before_prints_a_document_with_the_keys_of_before(
    contrast: Contrast, photos: Path, scores: Path, tmp_path: Path
) -> None:
    one, other, third = sorted(photos.glob("*.jpg"))[3:6]
    meant = {
        "W": tmp_path / "w.contrast", "PHOTOS": photos, "PHOTO": one, "OTHER": other,
        "THIRD": third,
        "OUT": tmp_path, "SCORES": scores,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for line in SCRIPT.strip().splitlines():
        words = [str(tmp_path / w[4:]) if w.startswith("OUT/") else meant.get(w, w)
                 for w in line.split()]  # fmt: skip
        said = contrast(*words, "--json")
        assert said.code == 0, (line, said.err)
        meant["KEY"] = said.json["key"] if line.startswith("cluster") else meant.get("KEY", "")
        found[line] = shape(said.json)
    wanted = json.loads(KEYS.read_text(encoding="utf-8"))
    for line, keys in wanted.items():
        assert found[line] == keys, line
