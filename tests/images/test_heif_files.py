"""HEIC and AVIF: full depth, colours as their boxes say, turns, opacity, and what is noted."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageCms

from contrast_engine.errors import ImageError
from contrast_engine.images import examine, looks_like_image, read_image
from contrast_engine.images.decoding import decode
from tests.images.heic_writer import box, heic, nclx
from tests.images.known_scene import CODINGS, in_colours, is_close, scene, twin

UNSTATED = (2, 2)


def coded(value: np.ndarray, bits: int, kind: str, name: str) -> bytes:
    codes = np.rint(value * ((1 << bits) - 1)).astype(np.uint16 if bits > 8 else np.uint8)
    numbers = CODINGS[name][2]
    if kind == "heic":
        matrix = 0 if codes.ndim == 3 else 6
        return heic(codes, bits, nclx(*(numbers or UNSTATED), matrix))
    primaries, transfer = numbers or UNSTATED
    return imagecodecs.avif_encode(
        codes, level=100, bitspersample=bits, primaries=primaries, transfer=transfer,
        matrix=0 if codes.ndim == 3 else 6, speed=8,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["heic", "avif"])
@pytest.mark.parametrize(
    ("name", "bits"),
    [(name, bits) for name in CODINGS for bits in (8, 10, 12)
     if bits > 8 or name in ("none", "srgb", "p3")],  # light has too few codes at 8 bits
)  # fmt: skip
@pytest.mark.parametrize("is_grey", [False, True])
def test_a_picture_has_one_profile_in_every_coding(kind, name, bits, is_grey):
    light = scene()[..., 1] if is_grey else scene()
    data = coded(in_colours(light, name), bits, kind, name)
    is_close(data, twin(light), within=0.02 if bits == 8 else 0.005)
    raster = decode(data, "a photo", None)
    assert raster.how.depth == f"{bits} bits"
    assert raster.codes.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert any("HDR" in note for note in raster.notes) == (name in ("pq", "hlg"))


def test_what_lies_above_diffuse_white_is_noted():
    light = np.tile(np.array([0.2, 0.2, 0.2, 3.0]), (64, 24))
    data = coded(in_colours(light, "pq"), 10, "heic", "pq")
    assert any("25.0 % of the pixels lie above diffuse white" in n for n in read_image(data).notes)


@pytest.mark.parametrize("matrix", [1, 6, 9])
@pytest.mark.parametrize("is_full", [True, False])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_matrix_and_range_are_those_that_the_file_states(matrix, is_full, bits):
    red, blue = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}[matrix]
    value = in_colours(scene(), "srgb")
    luma = value @ np.array([red, 1 - red - blue, blue])
    chroma = [(value[..., 2] - luma) / (2 - 2 * blue), (value[..., 0] - luma) / (2 - 2 * red)]
    most, step = (1 << bits) - 1, 1 << (bits - 8)
    if is_full:
        planes = [luma * most, *(c * most + 128 * step for c in chroma)]
    else:
        planes = [(219 * luma + 16) * step, *((224 * c + 128) * step for c in chroma)]
    y, cb, cr = (np.rint(plane).astype(int) for plane in planes)
    data = heic(np.stack([cr, y, cb], axis=2), bits, nclx(1, 13, matrix, is_full=is_full))
    is_close(data, twin(scene()), within=0.02 if bits == 8 else 0.005)


def icc_of_p3() -> bytes:
    return imagecodecs.cms_profile(
        "rgb", whitepoint=[0.3127, 0.329], primaries=[0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
        gamma=2.2,
    )  # fmt: skip


@pytest.mark.parametrize("bits", [8, 10])
def test_an_icc_profile_goes_before_colours_by_number(bits):
    codes = np.rint(in_colours(scene(), "p3") * ((1 << bits) - 1)).astype(int)
    own = box(b"colr", b"prof", icc_of_p3())
    both, alone, numbers = (
        decode(heic(codes, bits, *boxes), "a photo", None)
        for boxes in ([nclx(9, 16), own], [own, nclx(1, 13)], [nclx(9, 16)])
    )
    assert both.profile.name == alone.profile.name
    assert both.profile.name.startswith("ICC profile")
    assert "BT.2020" in numbers.profile.name


def test_pillow_and_we_agree_on_an_avif_with_a_profile():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(codes).save(file, "AVIF", icc_profile=srgb, quality=100, subsampling="4:4:4")
    is_close(file.getvalue(), twin(scene()))
    assert read_image(file.getvalue()).notes == ()


def test_colours_by_numbers_that_nobody_knows_are_refused():
    with pytest.raises(ImageError, match="numbers that are not known"):
        read_image(heic(np.full((32, 32, 3), 99), 8, nclx(77, 99)))


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("is_grey", [False, True])
@pytest.mark.parametrize("kind", ["heic", "heic, multiplied", "avif"])
def test_opacity_lies_over_mid_grey(bits, is_grey, kind):
    most = (1 << bits) - 1
    value = in_colours(scene(), "srgb")
    value = value[..., 1] if is_grey else value
    opacity = np.tile(np.linspace(0.2, 1, 96), (64, 1))
    alpha = np.rint(most * opacity).astype(np.uint16 if bits > 8 else np.uint8)
    codes = np.rint(most * value).astype(alpha.dtype)
    if kind == "avif":
        whole = np.dstack([codes, alpha])
        data = imagecodecs.avif_encode(whole, level=100, bitspersample=bits, speed=8)
    else:
        said = nclx(1, 13, 6 if is_grey else 0)
        is_multiplied = kind != "heic"
        if is_multiplied:
            codes = np.rint(most * value * (opacity if is_grey else opacity[..., None]))
            codes = codes.astype(alpha.dtype)
        data = heic(codes, bits, said, alpha=alpha, is_premultiplied=is_multiplied)
    wide = np.rint(65535 * np.dstack([value, opacity])).astype(np.uint16)
    is_close(data, imagecodecs.png_encode(wide))
    assert "alpha composited on mid-grey" in read_image(data).notes


TURNS = [[], *([box(b"irot", bytes([n]))] for n in range(1, 4)), [box(b"imir", b"\0")],
         [box(b"imir", b"\1")], [box(b"irot", b"\1"), box(b"imir", b"\1")]]  # fmt: skip


@pytest.mark.parametrize("turns", TURNS)
def test_turns_are_applied_once(turns):
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(int)
    turned = codes
    for each in turns:
        if each[4:8] == b"irot":
            turned = np.rot90(turned, each[8])
        else:
            turned = turned[:, ::-1] if each[8] else turned[::-1]
    raster = decode(heic(codes, 8, nclx(1, 13), *turns), "a photo", None)
    assert np.array_equal(raster.upright(raster.codes), turned)
    assert raster.upright_size == turned.shape[1::-1]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_by_its_boxes(orientation):
    codes = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    exif = Image.Exif()
    exif[274] = orientation
    turned, plain = io.BytesIO(), io.BytesIO()
    options = {"quality": 100, "subsampling": "4:4:4"}
    Image.fromarray(codes).save(plain, "PNG", exif=exif)
    Image.fromarray(codes).save(turned, "AVIF", exif=exif, **options)  # takes the turn out of it
    ours, right = read_image(turned.getvalue()), read_image(plain.getvalue())
    assert ours.shape == right.shape
    assert np.abs(ours.rgb - right.rgb).max() < 0.05


def test_a_turn_in_the_exif_data_of_the_container_is_not_applied_again():
    file = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(np.zeros((32, 64, 3), np.uint8)).save(file, "AVIF", exif=exif)
    assert b"irot" in file.getvalue()
    assert read_image(file.getvalue()).shape == (64, 32)


@pytest.mark.parametrize("is_film", [True, False])
def test_of_a_sequence_the_first_picture_counts(is_film):
    first = np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)
    file = io.BytesIO()
    others = {"save_all": True, "append_images": [Image.new("RGB", (96, 64))]} if is_film else {}
    Image.fromarray(first).save(file, "AVIF", quality=100, subsampling="4:4:4", **others)
    assert ("first of several frames" in read_image(file.getvalue()).notes) == is_film
    is_close(file.getvalue(), twin(scene()))


def test_avif_in_the_general_container_is_told_from_heic(tmp_path):
    codes = np.rint(1023 * in_colours(scene(), "srgb")).astype(np.uint16)
    data = imagecodecs.avif_encode(codes, level=100, bitspersample=10, primaries=1, transfer=13)
    general = data.replace(b"ftypavif", b"ftypmif1", 1)
    unnamed = general.replace(b"\0\0\0\0avifmif1", b"\0\0\0\0mif1mif1", 1)
    for each in (general, unnamed):
        path = tmp_path / "phone.heic"
        path.write_bytes(each)
        assert looks_like_image(path)
        assert examine(path).facts.format == "AVIF"
        is_close(each, twin(scene()))


@pytest.mark.parametrize(
    "auxiliary",
    [
        "urn:com:apple:photo:2020:aux:hdrgainmap",
        "urn:com:apple:photo:2018:aux:portraiteffectsmatte",
    ],
)
def test_a_gain_map_beside_a_picture_is_noted(auxiliary):
    data = heic(np.full((32, 32, 3), 99), 8, nclx(1, 13), auxiliary=auxiliary)
    assert any("gain map" in note for note in read_image(data).notes) == ("gainmap" in auxiliary)


def test_a_gain_map_of_the_standard_is_noted():
    data = heic(np.full((32, 32, 3), 99), 8, nclx(1, 13), auxiliary="urn:other")
    assert not any("gain map" in note for note in read_image(data).notes)
    mapped = data.replace(b"\0\2\0\0hvc1", b"\0\2\0\0tmap")
    assert mapped != data
    assert any("gain map" in note for note in read_image(mapped).notes)


def test_damaged_files_are_refused_and_nothing_else_happens():
    heif = heic(np.arange(32 * 32 * 3).reshape(32, 32, 3) % 251, 8, nclx(1, 13))
    avif = imagecodecs.avif_encode(np.zeros((32, 32, 3), np.uint8))
    for whole in (heif, avif):
        for length in (20, 40, 200, len(whole) - 10):
            with pytest.raises(ImageError, match=r"cut off|damaged"):
                read_image(whole[:length])
    rng, said = np.random.default_rng(3), []
    for turn in range(120):
        data = bytearray((heif, avif)[turn % 2])
        for _ in range(3):
            data[rng.integers(0, min(len(data), 500))] = rng.integers(0, 256)
        try:
            read_image(bytes(data))
        except ImageError as error:
            said.append(str(error))
    assert said
    assert not any("\n" in reason for reason in said)


def test_a_huge_size_is_refused_before_it_is_decoded():
    data = heic(np.full((32, 32, 3), 99), 8, nclx(1, 13))
    stated = bytes(4) + (32).to_bytes(4, "big") * 2
    bomb = data.replace(stated, bytes(4) + (60_000).to_bytes(4, "big") * 2)
    with pytest.raises(ImageError, match="pixels"):
        read_image(bomb)


def test_another_codec_in_the_container_is_named():
    data = heic(np.full((32, 32, 3), 99), 8).replace(b"\0\0hvc1", b"\0\0vvc1")
    with pytest.raises(ImageError, match="coded as VVC"):
        read_image(data)


@pytest.mark.parametrize("name", ["p3", "pq", "hlg", "linear"])
@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_colours_that_only_the_coded_picture_states_count(kind, name):
    value = in_colours(scene(), name)
    if kind == "heic":
        data = heic(np.rint(value * 1023).astype(int), 10, colours=(*CODINGS[name][2], 0))
    else:
        data = coded(value, 10, "avif", name).replace(b"colrnclx", b"freenclx")
    assert b"nclx" not in data.replace(b"freenclx", b"")
    is_close(data, twin(scene()))
