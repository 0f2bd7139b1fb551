"""Whatever a picture is given as, its numbers are those of the saved lossless file."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from contrast_engine.errors import ContrastError, ImageError, OptionError
from contrast_engine.images import ReadingOptions, read_image
from contrast_engine.predict import ImageArray, Predictor
from contrast_engine.predict.inputs import opened
from tests.images.test_colours_of_png import icc
from tests.predict.conftest import MakeModel

USUAL = ReadingOptions()
SIZE = 32


def numbers(channels: int, seed: int = 0, most: int = 255) -> Any:
    """Skewed codes with a flat part and full ends, (37, 53) or with channels."""
    rng = np.random.default_rng(seed)
    shape = (37, 53, channels) if channels > 1 else (37, 53)
    codes = np.rint(rng.beta(0.4, 1.3, shape) * most)
    codes[:5] = 0
    codes[5:8, :9] = most
    return codes


def png(codes: Any, space: str = "srgb") -> bytes:
    """A PNG of 8 or 16 bits; a linear one says so by its gamma."""
    import imagecodecs

    data = imagecodecs.png_encode(codes)
    if space == "linear":
        import struct
        import zlib

        body = b"gAMA" + struct.pack(">I", 100_000)
        chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
        data = data[:33] + chunk + data[33:]
    return bytes(data)


def light(item: Any, space: str | None = None) -> Any:
    return opened(item, space).decode(SIZE, USUAL).rgb


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("kind", "space"),
    [
        (kind, space)
        for kind in ("uint8", ">u2", "uint16", "float16", "float32", "float64")
        for space in ("srgb", "linear")
        if (kind, space) != ("uint8", "linear")  # 8 bits are codes: tests/images/test_arrays.py
    ],
)
def test_an_array_is_read_as_its_lossless_file(kind: str, channels: int, space: str) -> None:
    is_deep = kind in {">u2", "uint16", "float64"} or space == "linear"
    most = 65535 if is_deep else 255
    codes = numbers(channels, most=most)
    whole = codes.astype(np.uint16 if most == 65535 else np.uint8)
    array = (codes / most if "float" in kind else codes).astype(kind)
    asked = read_image(png(whole, space), SIZE).rgb
    near = 4e-4 if kind == "float16" else 1e-6  # half precision has eleven bits
    for given in (array, array[::-1][::-1], np.asfortranarray(array)):
        assert np.allclose(light(given, space), asked, atol=near, rtol=0)
        assert np.allclose(light(ImageArray(given, space)), asked, atol=near, rtol=0)


def test_codes_and_light_are_not_the_same_picture() -> None:
    array = numbers(3, most=65535).astype(np.uint16)
    assert np.abs(light(array, "srgb") - light(array, "linear")).max() > 0.1


def modes() -> dict[str, Image.Image]:
    rgb = Image.fromarray(numbers(3).astype(np.uint8))
    rgba = Image.fromarray(numbers(4).astype(np.uint8))
    grey = Image.fromarray(numbers(1).astype(np.uint8))
    clear = grey.copy()
    clear.info["transparency"] = 0
    see_through = rgb.convert("P", palette=Image.Palette.ADAPTIVE)
    see_through.info["transparency"] = 3
    return {
        "1": grey.convert("1"), "L": grey, "LA": rgba.convert("LA"), "RGB": rgb, "RGBA": rgba,
        "P": rgb.convert("P", palette=Image.Palette.ADAPTIVE), "P see-through": see_through,
        "L clear": clear, "CMYK": rgb.convert("CMYK"), "LAB": _lab(rgb),
        "I;16": Image.fromarray(numbers(1, most=65535).astype(np.uint16)),
        "I": Image.fromarray(numbers(1, most=65535).astype(np.int32)),
        "F": Image.fromarray((numbers(1) / 100).astype(np.float32)),
    }  # fmt: skip


def _lab(rgb: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(rgb, srgb, lab, outputMode="LAB") or rgb


@pytest.mark.parametrize("mode", modes())
@pytest.mark.parametrize("turned", [1, 6, 7])
def test_a_picture_of_pillows_is_read_as_its_lossless_file(mode: str, turned: int) -> None:
    image = modes()[mode]
    image.getexif()[274] = turned
    written = io.BytesIO()
    form = "TIFF" if mode in {"CMYK", "LAB", "F", "I", "I;16"} else "PNG"
    image.save(written, form, exif=image.getexif())
    try:
        asked = read_image(written.getvalue(), SIZE).rgb
    except ImageError:
        with pytest.raises(ImageError):
            light(image)
        assert mode == "I"
        return
    assert np.array_equal(light(image), asked)
    assert light(image).shape == ((32, 22, 3) if turned > 4 else (22, 32, 3))


@pytest.mark.parametrize("gamma", [1.0, 1.8])
def test_the_profile_of_a_picture_is_honoured(gamma: float) -> None:
    image = Image.fromarray(numbers(3).astype(np.uint8))
    plain, profile = light(image), icc(gamma)
    image.info["icc_profile"] = profile
    written = io.BytesIO()
    image.save(written, "PNG", icc_profile=profile)
    assert np.array_equal(light(image), read_image(written.getvalue(), SIZE).rgb)
    assert np.abs(light(image) - plain).max() > 0.01


BAD_ARRAYS: dict[str, Any] = {
    "above 1": np.full((9, 9), 200.0),
    "below 0": np.full((9, 9, 3), -0.5),
    "NaN": np.full((9, 9, 3), np.nan),
    "infinite": np.full((9, 9, 3), np.inf),
    "complex": np.ones((9, 9, 3), np.complex64),
    "objects": np.full((9, 9, 3), None),
    "text": np.full((9, 9), "a"),
    "int64": np.ones((9, 9, 3), np.int64),
    "int8": np.ones((9, 9, 3), np.int8),
    "uint32": np.ones((9, 9, 3), np.uint32),
    "bool": np.ones((9, 9), np.bool_),
    "channels first": np.ones((3, 9, 9), np.uint8),
    "five channels": np.ones((9, 9, 5), np.uint8),
    "a batch": np.ones((2, 9, 9, 3), np.uint8),
    "a row": np.ones(9, np.uint8),
    "nothing": np.ones((0, 9, 3), np.uint8),
    "a number": np.array(1.0),
    "masked": np.ma.masked_array(np.ones((9, 9), np.uint8), np.eye(9, dtype=bool)),  # type: ignore[no-untyped-call]
}


@pytest.mark.parametrize("what", BAD_ARRAYS)
def test_what_is_no_picture_is_refused_in_words(what: str, make_model: MakeModel) -> None:
    with pytest.raises(ImageError, match=r"image 1|the array"):
        light(BAD_ARRAYS[what], "srgb")
    fine = numbers(3).astype(np.uint8)
    found = Predictor(make_model()).predict([fine, BAD_ARRAYS[what], fine], space="srgb")
    assert [one.problem is None for one in found] == [True, False, True]
    assert found[1].label is None


@pytest.mark.parametrize(
    "item", [None, 7, ["a.jpg"], {"path": "a.jpg"}, io.BytesIO(b""), ("a", "b", "c"), 1 + 2j]
)
def test_what_is_of_no_kind_that_is_read_is_refused(item: Any, make_model: MakeModel) -> None:
    with pytest.raises(OptionError, match="an image is a path"):
        Predictor(make_model()).predict([item])


def test_an_array_has_to_say_what_its_numbers_mean(make_model: MakeModel) -> None:
    array = numbers(3, most=65535).astype(np.uint16)
    predictor = Predictor(make_model())
    with pytest.raises(OptionError, match=r"space='srgb'"):
        predictor.predict([array])
    with pytest.raises(OptionError, match="'linear'"):
        ImageArray(array, "sRGB8")
    with pytest.raises(OptionError, match="'linear'"):
        predictor.predict([array], space="bgr")
    said = predictor.predict([array, ImageArray(array, "linear", "lit"), ("mine", array)],
                             space="srgb")  # fmt: skip
    assert [one.path for one in said] == ["image 1", "lit", "mine"]
    assert said[0].probabilities == said[2].probabilities != said[1].probabilities


@pytest.mark.parametrize(
    "items",
    ["photo.jpg", Path("photo.jpg"), b"bytes", ("a.jpg", b"bytes"), np.ones((9, 9, 3), np.uint8),
     Image.new("L", (9, 9)), ImageArray(np.ones((9, 9), np.uint8), "srgb"), {"a": b""}, 3, None],
)  # fmt: skip
def test_one_image_where_a_list_is_meant_is_refused(items: Any, make_model: MakeModel) -> None:
    with pytest.raises(ContrastError, match="a list of images is needed"):
        Predictor(make_model()).predict(items)


def test_an_array_of_several_pictures_says_how_to_give_them(make_model: MakeModel) -> None:
    predictor, stack = Predictor(make_model()), np.ones((2, 9, 9, 3), np.uint8)
    with pytest.raises(OptionError, match=r"list\(array\)"):
        predictor.predict(stack, space="srgb")
    assert len(predictor.predict(list(stack), space="srgb")) == 2


@pytest.mark.parametrize("path", ["model.contrast", Path("model.contrast")])
def test_a_path_where_a_model_is_needed_says_how_it_is_opened(path: Any) -> None:
    with pytest.raises(OptionError, match=r"Predictor\.load"):
        Predictor(path)


def test_every_kind_says_the_same_of_one_picture(make_model: MakeModel, tmp_path: Path) -> None:
    array = numbers(3).astype(np.uint8)
    file = tmp_path / "a.png"
    file.write_bytes(png(array))
    picture = Image.open(file)
    predictor = Predictor(make_model(), USUAL)
    items = [file, str(file), file.read_bytes(), ("a", file.read_bytes()), picture, ("b", picture),
             ImageArray(array, "srgb"), array, ("c", file)]  # fmt: skip
    found = predictor.predict(items, space="srgb")
    assert len({tuple((one.probabilities or {}).items()) for one in found}) == 1
    assert [one.path for one in found] == [
        str(file), str(file), "image 3", "a", str(file), "b", "image 7", "image 8", "c"
    ]  # fmt: skip
    assert [one.id is None for one in found] == [False] * 4 + [True] * 4 + [False]
    table = predictor.table(items, space="srgb")
    assert table.column("label").to_pylist() == [one.label for one in found]
    assert table.column_names[:7] == [
        "path", "id", "label", "probability", "abstains", "cluster", "cluster_name"
    ]  # fmt: skip
    assert table.column_names[7:10] == ["p_low", "p_medium", "p_high"]


@pytest.mark.slow
def test_threads_that_share_a_predictor_never_get_each_others_answers(
    make_model: MakeModel, tmp_path: Path
) -> None:
    predictor = Predictor(make_model(), USUAL)
    files = []
    for seed in range(10):
        files.append(tmp_path / f"{seed}.png")
        files[-1].write_bytes(png(numbers(3, seed).astype(np.uint8)[:20, :24]))
    shared = [
        Image.open(io.BytesIO(file.read_bytes())) for file in files
    ]  # not decoded yet, and shared too
    asked = [one.probabilities for one in predictor.predict(files, workers=1)]
    start = threading.Barrier(8)

    def ask(thread: int) -> list[tuple[int, Any]]:
        start.wait()
        order = np.random.default_rng(thread).permutation(25) % 10
        return [(which, predictor.look((files, shared)[which % 2][which])[0]) for which in order]

    with ThreadPoolExecutor(8) as pool:
        answers = [one for part in pool.map(ask, range(8)) for one in part]
    assert len(answers) == 200
    assert all(said.probabilities == asked[which] for which, said in answers)
    assert len({tuple((one or {}).values()) for one in asked}) == 10


def test_one_picture_that_is_not_decoded_yet_may_be_shared_by_threads() -> None:
    data = png(np.random.default_rng(0).integers(0, 256, (500, 500, 3), dtype=np.uint8))
    asked = light(Image.open(io.BytesIO(data)))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            shared = Image.open(io.BytesIO(data))
            start = threading.Barrier(4)

            def look(_: int, shared: Any = shared, start: threading.Barrier = start) -> Any:
                start.wait()
                return light(shared)

            assert all(np.array_equal(found, asked) for found in pool.map(look, range(4)))
