"""One feature cut into stretches, a label for each: all that a single feature can say of labels."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints


def cut(values: Floats, codes: Ints, k: int, seen: Bools | None = None) -> Ints:
    """Predict every label from one feature, for each feature and set of seen labels: (d, b, m).

    The feature is cut into at most k stretches, each given one class, so that fewest of the seen
    labels are wrong; equal values stay together. An unseen label gets the class of the nearest seen
    value, so that a cut lies half-way between two.

    Args:
        values: (m, d) features of the labelled images.
        codes: (m,) their classes, 0 to k - 1.
        k: Number of classes, and of stretches at most.
        seen: (b, m) which labels each of b fits may look at; all where not given.

    Source: dynamic programming over sorted values, as in Auer, Holte & Maass 1995 (T2);
    docs/methods.md#baselines.
    """
    m = len(values)
    seen = np.ones((1, m), dtype=np.bool_) if seen is None else seen
    order = np.argsort(values, axis=0, kind="stable").T  # (d, m)
    level = np.take_along_axis(values.T, order, axis=1)  # (d, m)
    path = _stretches(level, codes[order], k, seen[:, order].transpose(1, 0, 2))
    path = np.take_along_axis(path, _nearest_seen(level, seen[:, order].transpose(1, 0, 2)), axis=2)
    predicted = np.empty_like(path)
    np.put_along_axis(predicted, np.broadcast_to(order[:, None, :], path.shape), path, axis=2)
    return predicted


def _stretches(level: Floats, codes: Ints, k: int, seen: Bools) -> Ints:
    """(d, b, m) class of each sorted place, from the fewest stretches that err least."""
    d, b, m = seen.shape
    wrong = np.zeros((d, b, k, k))  # least errors so far with s switches, in class c
    wrong[:, :, 1:] = np.inf
    came = np.zeros((m, d, b, k, k), dtype=np.int16)  # 0 stayed, c + 1 switched from class c
    may_switch = np.diff(level, axis=1, prepend=level[:, :1]) > 0  # (d, m)
    places = np.arange(k)
    for at in range(m):
        before = wrong[:, :, :-1].min(axis=3, keepdims=True)  # (d, b, k - 1, 1)
        better = (before < wrong[:, :, 1:]) & may_switch[:, None, at, None, None]
        source = wrong[:, :, :-1].argmin(axis=3)[..., None] + 1
        came[at, :, :, 1:] = np.where(better, source, 0)
        wrong[:, :, 1:] = np.where(better, before, wrong[:, :, 1:])
        miss = (codes[:, at, None] != places)[:, None, :] & seen[:, :, at, None]
        wrong += miss[:, :, None, :]
    best = wrong.reshape(d, b, k * k).argmin(axis=2)  # fewest switches first
    switches, here = np.divmod(best, k)
    path = np.empty((d, b, m), dtype=np.int64)
    rows, columns = np.arange(d)[:, None], np.arange(b)[None, :]
    for at in range(m - 1, -1, -1):
        path[:, :, at] = here
        source = came[at, rows, columns, switches, here]
        switches = switches - (source > 0)
        here = np.where(source > 0, source - 1, here)
    return path


def _nearest_seen(level: Floats, seen: Bools) -> Ints:
    """(d, b, m) sorted place of the nearest seen value, itself where it is seen, ties the lower."""
    m = level.shape[1]
    places = np.arange(m)
    below = np.maximum.accumulate(np.where(seen, places, -1), axis=2)
    above = np.minimum.accumulate(np.where(seen, places, m)[..., ::-1], axis=2)[..., ::-1]
    values = np.broadcast_to(level[:, None, :], seen.shape)
    reach = [np.take_along_axis(values, np.clip(to, 0, m - 1), axis=2) for to in (below, above)]
    is_lower = (above == m) | ((below >= 0) & (values - reach[0] <= reach[1] - values))
    nearest: Ints = np.where(is_lower, below, above)
    return np.clip(nearest, 0, m - 1)
