"""Keys, limits and rates by themselves."""

from pathlib import Path

import pytest

from contrast_engine.errors import OptionError
from contrast_engine.server.door.rate import MOST_CALLERS, Rate, caller_of
from contrast_engine.service.keys import Keys
from contrast_engine.service.limits import Limits

LONG = "0123456789abcdef"


def test_keys_come_from_a_file_and_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# of the nightly job\n{LONG}a\n\n  {LONG}b  \n", encoding="utf-8")
    keys = Keys.of(file, {"CONTRAST_API_KEY": f"{LONG}c, {LONG}d"})
    assert len(keys) == 4
    owners = {keys.owner(LONG + letter) for letter in "abcd"}
    assert len(owners - {None}) == 4
    for wrong in ("", LONG, f"{LONG}a ", "# of the nightly job", f"{LONG}e", "\ud800", "é"):
        assert keys.owner(wrong) is None
    assert LONG not in repr(vars(keys))  # only digests are kept


def test_without_any_there_are_no_keys() -> None:
    assert len(Keys.of(None, {})) == 0
    assert Keys().owner("") is None


@pytest.mark.parametrize("text", ["", "# nothing\n", "short\n", "with space inside it\n", "é" * 20])
def test_a_file_of_no_good_keys_is_refused_without_showing_them(text: str, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        Keys.of(file, {})
    assert "é" not in str(caught.value)
    assert "short" not in str(caught.value).replace("too short", "")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\xfe" * 9)
    for file in (tmp_path / "none", tmp_path, tmp_path / "noise"):
        with pytest.raises(OptionError, match="cannot be read"):
            Keys.of(file, {})


@pytest.mark.parametrize(
    "wrong",
    [{"max_bytes": 0}, {"max_images": 0}, {"rate": -1}, {"timeout": 0}, {"queue": -1},
     {"workers": -1}, {"rate": float("nan")}, {"timeout": float("inf")}],
)  # fmt: skip
def test_a_limit_below_sense_is_refused_by_its_name(wrong: dict[str, float]) -> None:
    (name,) = wrong
    with pytest.raises(OptionError, match=name.replace("_", "-")):
        Limits(**wrong)  # type: ignore[arg-type]


def test_images_of_one_request_always_fit_into_the_queue() -> None:
    assert Limits(queue=0, max_images=5).most_waiting == 5


def test_a_caller_is_let_through_as_often_as_the_rate_says() -> None:
    now = [0.0]
    rate = Rate(2, clock=lambda: now[0])
    assert [rate.wait("a") for _ in range(4)] == [0.0] * 4  # a burst of two seconds' worth
    assert rate.wait("a") == pytest.approx(0.5)
    assert rate.wait("b") == 0
    let = 0
    for tick in range(1000):
        now[0] = tick / 10
        let += rate.wait("a") == 0
    assert 199 <= let <= 202


def test_no_rate_is_no_limit() -> None:
    rate = Rate(0)
    assert not any(rate.wait("a") for _ in range(1000))


def test_slow_rates_let_one_through() -> None:
    now = [0.0]
    rate = Rate(0.1, clock=lambda: now[0])
    assert rate.wait("a") == 0
    assert rate.wait("a") == pytest.approx(10)


def test_callers_that_come_and_go_take_no_memory() -> None:
    rate = Rate(5)
    for number in range(MOST_CALLERS + 100):
        rate.wait(str(number))
    assert len(rate._buckets) == MOST_CALLERS


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"), ("nonsense", "unknown"),
    ],
)  # fmt: skip
def test_all_addresses_of_one_network_are_one_caller(address: str, caller: str) -> None:
    assert caller_of(address) == caller
