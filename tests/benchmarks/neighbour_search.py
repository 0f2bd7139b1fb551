"""Searches for the nearest neighbours of all images: processor seconds, memory, recall.

    python tests/benchmarks/neighbour_search.py SPACE.npy K METHOD ...

Every method is run in a process of its own, on one thread, on the different rows of a table of
single-precision numbers. Methods of packages that are not installed are left out; none of them
is needed by the product. Not part of the test suite.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from contrast_engine.neighbours import among, search
from contrast_engine.neighbours.cells import by_cells

MEASURED = 1_000


def own_exact(rows, k):
    return among(rows, k)[0]


def own_cells(rows, k):
    return by_cells(rows, k)[0]


def pynndescent(rows, k):
    from pynndescent import NNDescent

    found = NNDescent(
        rows.astype(np.float32), n_neighbors=k + 1, random_state=0, n_jobs=1
    ).neighbor_graph[0]
    return found[:, 1:]


def faiss_flat(rows, k):
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatL2(rows.shape[1])
    index.add(rows.astype(np.float32))
    return index.search(rows.astype(np.float32), k + 1)[1][:, 1:]


def faiss_ivf(rows, k):
    import faiss

    faiss.omp_set_num_threads(1)
    single, d = rows.astype(np.float32), rows.shape[1]
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(d), d, int(4 * np.sqrt(len(rows))))
    index.train(single)
    index.add(single)
    index.nprobe = 16
    return index.search(single, k + 1)[1][:, 1:]


def faiss_hnsw(rows, k):
    import faiss

    faiss.omp_set_num_threads(1)
    single = rows.astype(np.float32)
    index = faiss.IndexHNSWFlat(rows.shape[1], 16)
    index.hnsw.efSearch = 64
    index.add(single)
    return index.search(single, k + 1)[1][:, 1:]


def hnswlib(rows, k):
    import hnswlib as library

    single = rows.astype(np.float32)
    index = library.Index("l2", rows.shape[1])
    index.init_index(len(rows), M=16, ef_construction=100, random_seed=0)
    index.set_num_threads(1)
    index.add_items(single)
    index.set_ef(64)
    return index.knn_query(single, k + 1)[0][:, 1:].astype(np.int64)


def usearch(rows, k):
    from usearch.index import Index

    single = rows.astype(np.float32)
    index = Index(ndim=rows.shape[1], metric="l2sq", connectivity=16)
    index.add(np.arange(len(rows)), single, threads=1)
    return index.search(single, k + 1, threads=1).keys[:, 1:].astype(np.int64)


METHODS: dict[str, Callable] = {
    f.__name__: f
    for f in (own_exact, own_cells, pynndescent, faiss_flat, faiss_ivf, faiss_hnsw, hnswlib, usearch)
}  # fmt: skip


def measure(name, path, k, told):
    rows = np.unique(np.load(path), axis=0)
    with threadpool_limits(limits=1):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        try:
            found = METHODS[name](rows, k)
        except ImportError:
            told.put(None)
            return
        took = time.process_time() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        drawn = np.random.default_rng(5).choice(len(rows), MEASURED, replace=False)
        limit = search(rows, rows[drawn], k + 1)[1][:, -1:]
        far = np.linalg.norm(rows[found[drawn]] - rows[drawn, None], axis=2)
        is_other = (found[drawn] != drawn[:, None]) & (found[drawn] >= 0)
        told.put((took, grown / 1e3, float(((far <= limit + 1e-9) & is_other).mean())))


def main() -> None:
    path, k, *names = sys.argv[1:]
    n, d = np.load(path, mmap_mode="r").shape
    for name in names or METHODS:
        spawned = multiprocessing.get_context("spawn")
        told = spawned.Queue()
        work = spawned.Process(target=measure, args=(name, path, int(k), told))
        work.start()
        work.join()
        answer = told.get() if work.exitcode == 0 else None
        if answer is None:
            print(f"{n:,} x {d}  {name:12} not run", flush=True)
        else:
            print(
                f"{n:,} x {d}, {k}  {name:12} {answer[0]:7.1f} s  {answer[1]:6.0f} MB"
                f"  recall {answer[2]:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
