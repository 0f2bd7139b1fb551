import subprocess
import sys

import pytest

from contrast_engine.features import feature, features

ASK_FROM_TWO_THREADS = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from contrast_engine.features import features
barrier = Barrier(4)
def ask(_):
    barrier.wait()
    return len(list(features))
with ThreadPoolExecutor(4) as pool:
    print(*set(pool.map(ask, range(4))))
"""


@pytest.mark.slow
def test_threads_that_ask_first_all_see_every_feature():
    answer = subprocess.run(
        [sys.executable, "-c", ASK_FROM_TWO_THREADS], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [str(len(features))]


def test_a_second_feature_of_one_name_is_refused():
    with pytest.raises(ValueError, match="already is a feature 'c_rms'"):

        @feature(unit="ratio", low=0, high=None, direction="more contrast", family="global")
        def c_rms(image) -> float:
            """Stand in for a name clash."""
            return 0.0


def test_features_bound_to_resolution_say_so():
    bound = {name for name in features if features[name].resolution_bound}
    assert bound == {
        "e_low", "e_high", "hl_ratio", "spectral_slope", "noise_sigma", "sharpness", "clip_shadows", "peli_7"
    }  # fmt: skip
    for name in features:
        assert ("Bound to resolution" in features[name].doc) == (name in bound)
