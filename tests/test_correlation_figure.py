import numpy as np
import pytest

from contrast_engine.figures.correlations import heat_map


def test_a_heat_map_shows_every_pair_between_fixed_ends():
    rho = np.array([[1, -0.5], [-0.5, 1]])
    figure = heat_map(rho, ["a", "b"], ["A <long>", "B"])
    cells = figure.data[0]
    assert np.array_equal(cells.z, rho)
    assert (cells.zmin, cells.zmax) == (-1, 1)
    assert cells.customdata[0][1] == "A &lt;long><br>B"
    assert figure.layout.yaxis.autorange == "reversed"
    with pytest.raises(ValueError, match="3 names do not fit"):
        heat_map(rho, ["a", "b", "c"])
