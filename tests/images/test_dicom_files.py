"""DICOM: values through modality and window, what is stated and what is not, and no patient."""

import io
import logging
import sys
import warnings

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from contrast_engine.errors import ImageError
from contrast_engine.images import ReadingOptions, examine, looks_like_image, read_image
from contrast_engine.images.decoding import decode
from tests.images.known_scene import in_colours, is_close, scene, twin

PATIENT = "Mustermann^Erika"
MR = "1.2.840.10008.5.1.4.1.1.4"
JPEG = "1.2.840.10008.1.2.4."


def dicom(
    values: np.ndarray, bits: int, *, syntax: str = ExplicitVRLittleEndian,
    meaning: str = "MONOCHROME2", coded: list[bytes] | None = None, has_preamble: bool = True,
    **tags,
) -> bytes:  # fmt: skip
    """A DICOM file of (h, w) or (h, w, 3) values."""
    file = Dataset()
    file.PatientName, file.PatientID = PATIENT, "123-secret"
    file.SOPClassUID, file.SOPInstanceUID = MR, "1.2.3.4"
    file.Rows, file.Columns = values.shape[:2]
    file.SamplesPerPixel = 1 if values.ndim == 2 else 3
    file.PhotometricInterpretation = meaning
    file.BitsAllocated = 8 * values.dtype.itemsize
    file.BitsStored, file.HighBit = bits, bits - 1
    file.PixelRepresentation = int(values.dtype.kind == "i")
    if values.ndim == 3:
        file.PlanarConfiguration = 0
    for name, value in tags.items():
        setattr(file, name, value)
    file.PixelData = encapsulate(coded) if coded else values.tobytes()
    if coded:
        file["PixelData"].VR = "OB"
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = UID(syntax)
    file.file_meta.MediaStorageSOPClassUID, file.file_meta.MediaStorageSOPInstanceUID = (
        MR,
        "1.2.3.4",
    )
    stream = io.BytesIO()
    if has_preamble:
        pydicom.dcmwrite(stream, file, enforce_file_format=True)
    else:
        del file.file_meta
        pydicom.dcmwrite(stream, file, implicit_vr=syntax == ImplicitVRLittleEndian,
                         little_endian=True)  # fmt: skip
    return stream.getvalue()


def ramp(low: int, high: int, kind=np.uint16) -> np.ndarray:
    return np.linspace(low, high, 64 * 64).round().astype(kind).reshape(64, 64)


def codes(data: bytes, **options) -> np.ndarray:
    """Values 0..1 as they are shown."""
    raster = decode(data, "scan.dcm", None, ReadingOptions(**options))
    return raster.codes[..., 0] / np.iinfo(raster.codes.dtype).max


def linear(values, centre: float, width: float) -> np.ndarray:
    """The window of PS3.3 C.11.2.1.2.1, as its pseudo-code has it."""
    low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    inside = (values - (centre - 0.5)) / (width - 1) + 0.5
    return np.where(values <= low, 0, np.where(values > high, 1, inside))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("meaning", ["MONOCHROME1", "MONOCHROME2"])
def test_without_a_window_the_whole_range_counts(kind, bits, meaning):
    if bits > 8 * np.dtype(kind).itemsize:
        bits = 7
    low = -(1 << (bits - 1)) if kind == np.int16 else 0
    values = ramp(low, low + (1 << bits) - 1, kind)
    data = dicom(values, bits, meaning=meaning)
    right = (values.astype(float) - low) / ((1 << bits) - 1)
    right = 1 - right if meaning == "MONOCHROME1" else right
    assert codes(data) == pytest.approx(right, abs=2e-5)
    assert f"no window is stated: the whole range of {bits} bits" in read_image(data).notes


@pytest.mark.parametrize("meaning", ["MONOCHROME1", "MONOCHROME2"])
def test_rescaled_values_are_seen_through_the_window_that_is_stated(meaning):
    values = ramp(0, 4095)
    stated = {"RescaleSlope": 2, "RescaleIntercept": -1024, "WindowWidth": [400, 80],
              "WindowCenter": [40, 35]}  # fmt: skip
    data = dicom(values, 12, meaning=meaning, **stated)
    right = linear(2.0 * values - 1024, 40, 400)
    right = 1 - right if meaning == "MONOCHROME1" else right
    assert codes(data) == pytest.approx(right, abs=2e-5)
    assert "window 40:400, stated in the file" in read_image(data).notes
    chosen = linear(2.0 * values - 1024, 300, 1500)
    chosen = 1 - chosen if meaning == "MONOCHROME1" else chosen
    assert codes(data, window="300:1500") == pytest.approx(chosen, abs=2e-5)
    notes = decode(data, "a", None, ReadingOptions(window="300:1500")).notes
    assert "window 300:1500, as chosen" in notes


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID"])
def test_a_window_may_have_another_curve(function):
    values = ramp(0, 4095)
    data = dicom(values, 12, WindowCenter=2000, WindowWidth=1000, VOILUTFunction=function)
    right = {
        "LINEAR_EXACT": np.clip((values - 2000.0) / 1000 + 0.5, 0, 1),
        "SIGMOID": 1 / (1 + np.exp(-4 * (values - 2000.0) / 1000)),
    }
    assert codes(data) == pytest.approx(right[function], abs=2e-5)


def test_tables_of_modality_and_window_are_looked_up():
    modality, window = Dataset(), Dataset()
    modality.LUTDescriptor, modality.ModalityLUTType = [256, 0, 16], "US"
    table = np.minimum(np.arange(256) ** 2, 65535).astype(np.uint16)
    modality.add_new("LUTData", "OW", table.tobytes())
    window.LUTDescriptor = [4096, 0, 12]
    window.add_new("LUTData", "OW", np.arange(4095, -1, -1).astype(np.uint16).tobytes())
    values = ramp(0, 63, np.uint8)
    data = dicom(values, 8, ModalityLUTSequence=[modality], VOILUTSequence=[window])
    right = (4095 - values.astype(float) ** 2) / 4095
    assert codes(data) == pytest.approx(right, abs=2e-5)
    assert any("VOI LUT" in note for note in read_image(data).notes)


def test_bits_that_are_not_stored_do_not_count():
    values = ramp(0, 4095)
    overlaid = values | 0x8000
    assert np.array_equal(codes(dicom(overlaid, 12)), codes(dicom(values, 12)))
    shifted = dicom(values << 4, 12, HighBit=15)
    assert np.array_equal(codes(shifted), codes(dicom(values, 12)))
    signed = ramp(-2048, 2047, np.int16)
    assert np.array_equal(codes(dicom(signed & 0x0FFF, 12)), codes(dicom(signed, 12)))


@pytest.mark.parametrize("has_preamble", [True, False])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_files_with_and_without_a_preamble_are_images(has_preamble, syntax, tmp_path):
    data = dicom(ramp(0, 4095), 12, syntax=syntax, has_preamble=has_preamble)
    path = tmp_path / "IM0001"
    path.write_bytes(data)
    assert looks_like_image(path)
    assert examine(path).facts.format == "DICOM"
    assert codes(data) == pytest.approx(ramp(0, 4095) / 4095, abs=2e-5)


def coded_values(end: str) -> tuple[np.ndarray, int, bytes]:
    """Values, bits and the stream, of a transfer syntax."""
    values = ramp(0, 4095)
    bits = 12
    if end in ("57", "70"):
        return values, bits, imagecodecs.jpeg8_encode(values, lossless=True, bitspersample=12)
    if end == "51":
        return values, bits, imagecodecs.jpeg8_encode(values, level=100, bitspersample=12)
    if end == "50":
        byte = ramp(0, 255, np.uint8)
        return byte, 8, imagecodecs.jpeg8_encode(byte, level=100)
    if end == "80":
        return values, bits, imagecodecs.jpegls_encode(values)
    if end in ("201", "203"):
        return values, bits, imagecodecs.htj2k_encode(values, reversible=True)
    return values, bits, imagecodecs.jpeg2k_encode(values, level=0, codecformat="j2k",
                                                   bitspersample=12, reversible=True)  # fmt: skip


@pytest.mark.parametrize("end", ["50", "51", "57", "70", "80", "90", "91", "201"])
def test_compressed_values_are_those_of_before(end):
    values, bits, stream = coded_values(end)
    data = dicom(values, bits, syntax=JPEG + end, coded=[stream])
    within = 0.012 if end in ("50", "51") else 2e-5
    assert codes(data) == pytest.approx(values / ((1 << bits) - 1), abs=within)


def test_run_lengths_are_decoded():
    plain = pydicom.dcmread(io.BytesIO(dicom(ramp(0, 4095), 12)))
    plain.compress(RLELossless)
    stream = io.BytesIO()
    plain.save_as(stream)
    assert codes(stream.getvalue()) == pytest.approx(ramp(0, 4095) / 4095, abs=2e-5)


def test_what_cannot_be_decoded_is_named():
    data = dicom(ramp(0, 255, np.uint8), 8, syntax=JPEG + "100", coded=[bytes(50)])
    with pytest.raises(ImageError, match="compressed as MPEG2 Main Profile"):
        read_image(data)


def colours() -> np.ndarray:
    return np.rint(255 * in_colours(scene(), "srgb")).astype(np.uint8)


@pytest.mark.parametrize("kind", ["RGB", "planes", "YBR_FULL", "JPEG", "JPEG of RGB", "J2K"])
def test_colours_come_out_the_same(kind):
    rgb = colours()
    if kind == "RGB":
        data = dicom(rgb, 8, meaning="RGB")
    elif kind == "planes":
        planes = np.ascontiguousarray(rgb.transpose(2, 0, 1))
        data = dicom(rgb, 8, meaning="RGB", PlanarConfiguration=1)
        data = data.replace(rgb.tobytes(), planes.tobytes())
    elif kind == "YBR_FULL":
        ybr = pydicom.pixels.convert_color_space(rgb, "RGB", "YBR_FULL")
        data = dicom(ybr, 8, meaning="YBR_FULL")
    elif kind == "JPEG":
        stream = imagecodecs.jpeg8_encode(rgb, level=100, subsampling="444")
        data = dicom(rgb, 8, meaning="YBR_FULL_422", syntax=JPEG + "50", coded=[stream])
    elif kind == "JPEG of RGB":
        stream = imagecodecs.jpeg8_encode(rgb, level=100, colorspace="RGB", outcolorspace="RGB")
        bare = stream[:2] + stream[stream.index(b"\xff\xdb") :]  # without Adobe's marker
        data = dicom(rgb, 8, meaning="RGB", syntax=JPEG + "50", coded=[bare])
    else:
        stream = imagecodecs.jpeg2k_encode(rgb, level=0, codecformat="j2k", reversible=True)
        data = dicom(rgb, 8, meaning="YBR_RCT", syntax=JPEG + "90", coded=[stream])
    is_close(data, twin(scene()), within=0.02)


def test_a_palette_is_looked_up():
    values = ramp(0, 255, np.uint8)
    tables = {}
    for k, name in enumerate(("Red", "Green", "Blue")):
        table = np.arange(256, dtype=np.uint16) * (40 * k + 100)
        tables[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        tables[f"{name}PaletteColorLookupTableData"] = table.tobytes()
    raster = decode(dicom(values, 8, meaning="PALETTE COLOR", **tables), "a", None)
    assert raster.codes.dtype == np.uint16
    assert np.array_equal(raster.codes[..., 2], values.astype(np.uint16) * 180)


def test_of_several_frames_the_first_counts():
    first = ramp(0, 4095)
    data = dicom(first, 12, NumberOfFrames=2)
    data = data.replace(first.tobytes(), first.tobytes() + bytes(2 * first.size))
    at = data.index(b"\xe0\x7f\x10\0OW")
    data = data[: at + 8] + (4 * first.size).to_bytes(4, "little") + data[at + 12 :]
    assert codes(data) == pytest.approx(first / 4095, abs=2e-5)
    assert "first of several frames" in read_image(data).notes


def test_a_file_without_a_picture_says_so():
    file = Dataset()
    file.PatientName, file.SOPClassUID, file.SOPInstanceUID = PATIENT, MR, "1.2.3"
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, file, enforce_file_format=True)
    with pytest.raises(ImageError, match=r"^report.dcm is a DICOM file that holds no picture$"):
        read_image(stream.getvalue(), name="report.dcm")


def test_nothing_of_a_patient_is_ever_said(caplog, capsys):
    whole = dicom(ramp(0, 4095), 12, WindowCenter=40, WindowWidth=400)
    rng = np.random.default_rng(5)
    said = [*read_image(whole).notes, decode(whole, "a", None).how.line()]
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as warned:
        for turn in range(60):
            data = bytearray(whole)
            data[int(rng.integers(128, 700))] = int(rng.integers(0, 256))
            try:
                read_image(bytes(data[: len(data) - 500 * (turn % 2)]))
            except ImageError as error:
                said.append(str(error))
                said.append(str(error.__cause__))
    everything = "\n".join([*said, caplog.text, *capsys.readouterr(), *(str(w) for w in warned)])
    for secret in ("Mustermann", "Erika", "123-secret"):
        assert secret not in everything


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ImageError) as caught:
        read_image(dicom(ramp(0, 4095), 12), name="scan.dcm")
    assert str(caught.value) == (
        "scan.dcm is a DICOM image; install the extra: pip install 'contrast-engine[dicom]'"
    )


def test_a_file_that_is_cut_off_is_refused():
    whole = dicom(ramp(0, 4095), 12)
    for length in (140, 300, len(whole) - 400):
        with pytest.raises(ImageError, match=r"cut off|damaged|no picture"):
            read_image(whole[:length])
