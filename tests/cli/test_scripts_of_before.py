"""Scripts written before commands had their names of now: same words in, same JSON keys out."""

import shutil
from pathlib import Path

import pytest

from contrast_engine.cli.models import watch
from tests.batches.made import made_parts
from tests.cli.conftest import SAMPLE_DATA, Contrast
from tests.cli.json_keys import keys_of, shape
from tests.zero_shot import networks

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

IN_USE = """
bundle W OUT/model.contrast
bundle --show OUT/model.contrast
predict OUT/model.contrast PHOTO --tier fast
predict --model OUT/model.contrast --out OUT/rows.jsonl PHOTO
watch NEW --model OUT/model.contrast --out OUT/answers.jsonl --once
monitor OUT/model.contrast
retrain W NEW
retrain W --accept
retrain W --roll-back
bring OUT/home.contrast OUT/parts
zero-shot W OUT/net/tower.onnx --recipe OUT/net/recipe.json --text OUT/net/texts.json --anyway
fine-tune W KEY --depth head --epochs 1
"""


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
    contrast: Contrast, photos: Path, scores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "me")  # who labels where --who names nobody
    one, other, third = sorted(photos.glob("*.jpg"))[3:6]
    meant = {
        "W": tmp_path / "w.contrast", "PHOTOS": photos, "PHOTO": one, "OTHER": other,
        "THIRD": third,
        "OUT": tmp_path, "SCORES": scores,
    }  # fmt: skip
    for line in SCRIPT.strip().splitlines():
        words = [str(tmp_path / w[4:]) if w.startswith("OUT/") else meant.get(w, w)
                 for w in line.split()]  # fmt: skip
        said = contrast(*words, "--json")
        assert said.code == 0, (line, said.err)
        meant["KEY"] = said.json["key"] if line.startswith("cluster") else meant.get("KEY", "")
        assert shape(said.json) == keys_of(line), line


@pytest.mark.slow
def test_every_command_of_a_model_in_use_prints_a_document_with_the_keys_of_before(
    contrast: Contrast,
    labelled: Path,
    photos: Path,
    tmp_path: Path,
    few_draws: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "SETTLING", 0.01)
    assert contrast("pseudo-label", labelled, "--order", "low,medium,high").code == 0
    tiny = [word for o in ("size=32", "epochs=1", "dimensions=8") for word in ("-o", o)]
    encoder = contrast("train", labelled, "vicreg", *tiny, "--json").json["key"]
    networks.files(tmp_path / "net", networks.spread())
    (tmp_path / "new").mkdir()
    for file in sorted(SAMPLE_DATA.glob("*.jpg"))[1::60]:
        shutil.copy(file, tmp_path / "new")
    made_parts(tmp_path / "parts", tmp_path / "new")
    one = sorted(photos.glob("*.jpg"))[3]
    meant = {"W": labelled, "PHOTO": one, "NEW": tmp_path / "new", "KEY": encoder}
    for line in IN_USE.strip().splitlines():
        words = [str(tmp_path / w[4:]) if w.startswith("OUT/") else meant.get(w, w)
                 for w in line.split()]  # fmt: skip
        said = contrast(*words, "--json")
        assert said.code == 0, (line, said.err)
        assert shape(said.json) == keys_of(line), line
