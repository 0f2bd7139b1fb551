import asyncio
import dataclasses
import io
import json
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from contrast_engine import server
from contrast_engine.colouring import colouring
from contrast_engine.jobs import JobRunner
from contrast_engine.results import Clustering
from contrast_engine.server import endpoints
from contrast_engine.steps import scan
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, photographs: Callable[..., list[Path]]
) -> Iterator[SimpleNamespace]:
    """A served workspace of eight photographs with a map, features and clusters."""
    folder = tmp_path_factory.mktemp("server")
    photographs(folder / "photos", 8, side=300)
    workspace = server.open_workspace(folder / "one.contrast")
    scan(workspace, [folder / "photos"])
    ids = tuple(sorted(workspace.images.ids, reverse=True))  # not the collection's own order
    xy = np.arange(16.0).reshape(8, 2) / 7
    features = Vectors(ids[:7], np.arange(7.0)[:, None], ("c_rms",))  # one is not measured
    cluster = Clustering(ids, np.arange(8) % 3, np.zeros(8))
    keys = {
        kind: workspace.save(Artifact(kind, "test@1"), result)
        for kind, result in (
            ("maps", Vectors(ids, xy, ("map_x", "map_y"))),
            ("features", features),
            ("clusterings", cluster),
        )
    }
    yield SimpleNamespace(
        workspace=workspace, ids=ids, xy=xy, urls=server.Urls(workspace.id), **keys
    )
    workspace.close()


@pytest.fixture(scope="module")
def get() -> Get:
    app = Starlette(routes=server.routes(), middleware=server.middleware())

    def ask(path: str, host: str = "127.0.0.1:8501", **headers: str) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1"
            ) as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.get(path, headers={"host": host, **named})

        with ThreadPoolExecutor(1) as thread:  # a browser test's loop may be running in this one
            return thread.submit(asyncio.run, once()).result()

    return ask


def test_coordinates_and_ids_come_in_the_order_of_the_map(get: Get, place: SimpleNamespace) -> None:
    xy = np.frombuffer(get(place.urls.xy(place.maps)).content, dtype="<f4").reshape(-1, 2)
    raw = get(place.urls.ids(place.maps)).content
    assert np.array_equal(xy, place.xy.astype(np.float32))
    assert [raw[i : i + 8].hex() for i in range(0, len(raw), 8)] == list(place.ids)


def test_colour_bytes_say_what_the_legend_says(get: Get, place: SimpleNamespace) -> None:
    what = f"cluster@{place.clusterings}"
    codes = np.frombuffer(get(place.urls.colour(place.maps, what)).content, dtype=np.uint8)
    legend = colouring(place.workspace, place.ids, what).legend
    clusters = place.workspace.load(place.clusterings).of
    named = [legend.entries[code][0] for code in codes]
    assert named == [f"Cluster {clusters[image]}" for image in place.ids]
    assert [entry[2] for entry in legend.entries] == np.bincount(codes).tolist()


def test_an_unmeasured_image_has_the_byte_for_nothing_known(
    get: Get, place: SimpleNamespace
) -> None:
    what = f"feature.c_rms@{place.features}"
    codes = np.frombuffer(get(place.urls.colour(place.maps, what)).content, dtype=np.uint8)
    values = np.frombuffer(get(place.urls.values(place.maps, what)).content, dtype="<f4")
    assert codes[7] == 255
    assert np.isnan(values[7])
    assert values[:7].tolist() == list(range(7))
    assert codes[:7].tolist() == sorted(codes[:7])


def test_pictures_are_encoded_anew_and_kept_for_ever(get: Get, place: SimpleNamespace) -> None:
    thumb = get(place.urls.thumb.replace("{id}", place.ids[0]))
    large = get(place.urls.image.replace("{id}", place.ids[0]))
    original = place.workspace.original(place.ids[0]).read_bytes()
    assert Image.open(io.BytesIO(thumb.content)).format == "WEBP"
    assert Image.open(io.BytesIO(large.content)).size == (300, 300)
    assert large.content != original
    full = get(place.urls.full.replace("{id}", place.ids[0]))
    assert Image.open(io.BytesIO(full.content)).format == "PNG"
    planes = get(place.urls.planes.replace("{id}", place.ids[0]))
    assert len(planes.content) == 12 + 3 * 300 * 300
    for answer in (thumb, large, full, planes):
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_very_many_who_wait_for_pictures_hold_up_nobody_else(place: SimpleNamespace) -> None:
    app = Starlette(routes=server.routes(), middleware=server.middleware())
    asked = [place.urls.image.replace("{id}", place.ids[k % 8]) for k in range(60)]

    async def ask() -> tuple[float, list[int]]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as one:
            pictures = [asyncio.create_task(one.get(url, timeout=60)) for url in asked]
            await asyncio.sleep(0.5)
            begun = time.monotonic()
            for quick in (place.urls.team, "/api/health"):
                task = asyncio.create_task(one.get(quick))
                done, _ = await asyncio.wait([task], timeout=5)
                answered = bool(done)
                if not answered:
                    break
            took = time.monotonic() - begun if answered else float("inf")
            for _ in range(2):
                endpoints._decoding.release()
            return took, [(await picture).status_code for picture in pictures]

    endpoints._preview.cache_clear()
    for _ in range(2):
        endpoints._decoding.acquire()  # two large pictures are being decoded
    with ThreadPoolExecutor(1) as thread:
        took, codes = thread.submit(asyncio.run, ask()).result()
    assert took < 5
    assert codes == [200] * 60


def test_a_picture_that_options_would_change_is_asked_for_again(
    get: Get, place: SimpleNamespace
) -> None:
    files = place.workspace.images.files
    rests = dataclasses.replace(files[0], reader="2 white=P99.5")
    place.workspace.save_files([rests, *files[1:]])
    urls = place.urls
    for address in (urls.thumb, urls.image, urls.full, urls.planes):
        answer = get(address.replace("{id}", rests.id))
        assert answer.headers["cache-control"] == "private, no-cache"
        known = get(address.replace("{id}", rests.id), if_none_match=answer.headers["etag"])
        assert known.status_code == 304
    place.workspace.save_files(files)


def test_a_browser_that_has_the_bytes_gets_none(get: Get, place: SimpleNamespace) -> None:
    address = place.urls.xy(place.maps)
    first = get(address)
    again = get(address, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["content-encoding"] == "identity"


def test_an_image_tells_its_name_and_not_where_it_lies(get: Get, place: SimpleNamespace) -> None:
    told = get(place.urls.about.replace("{id}", place.ids[0])).json()
    path = Path(place.workspace.images.paths[place.ids[0]])
    assert told == {"id": place.ids[0], "name": path.name, "width": 300, "height": 300}
    assert "/" not in told["name"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/{ws}/thumb/0000000000000000",
        "/api/{ws}/image/0000000000000000",
        "/api/{ws}/image/..%2f..%2fworkspace.json",
        "/api/{ws}/image/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/{ws}/image/....//....//etc/passwd",
        "/api/{ws}/image/%00",
        "/api/{ws}/map/0123456789abcdef/xy",
        "/api/{ws}/map/..%2f..%2f/xy",
        "/api/{ws}/map/{features}/xy",
        "/api/{ws}/map/{maps}/colour/cluster@..%2f..%2flabels.sqlite",
        "/api/{ws}/map/{maps}/colour/feature.nothing@{features}",
        "/api/{ws}/map/{maps}/colour/feature.c_rms@0123456789abcdef",
        "/api/{ws}/map/{maps}/colour/cluster@{features}",
        "/api/{ws}/map/{maps}/colour/anything",
        "/api/{ws}/map/{maps}/values/cluster@{clusterings}",
        "/api/{ws}/jobs/..%2f..%2fworkspace/events",
        "/api/{ws}/jobs/0123456789abcdef/events",
        "/api/{ws}/jobs/latest/events",
        "/api/{ws}/map/{maps}/colour/cluster@..",
        "/api/00000000/thumb/{id}",
    ],
)
def test_what_is_not_served_is_a_plain_404(get: Get, place: SimpleNamespace, path: str) -> None:
    filled = path.format(
        ws=place.workspace.id, maps=place.maps, features=place.features,
        clusterings=place.clusterings, id=place.ids[0],
    )  # fmt: skip
    answer = get(filled)
    assert answer.status_code == 404, answer.text
    assert answer.json()["error"]


def test_a_vanished_or_changed_file_is_said_to_be_gone(
    get: Get, tmp_path: Path, photographs: Callable[..., list[Path]]
) -> None:
    gone, changed = photographs(tmp_path / "photos", 2, seed=5)
    workspace = server.open_workspace(tmp_path / "two.contrast")
    scan(workspace, [tmp_path / "photos"])
    ids = [workspace.images.find(path) for path in (gone, changed)]
    gone.unlink()
    changed.write_bytes(b"something else")
    urls = server.Urls(workspace.id)
    for image in ids:
        for address in (urls.image, urls.full, urls.planes):
            assert get(address.replace("{id}", image)).status_code == 410
        assert get(urls.thumb.replace("{id}", image)).status_code == 200
    workspace.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8501", 200),
        ("localhost", 200),
        ("[::1]:8501", 200),
        ("192.168.1.7:8501", 200),
        ("LOCALHOST:1", 200),
        ("evil.example", 403),
        ("evil.example:8501", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:8501", 403),
        ("", 403),
        ("::1", 403),
    ],
)
def test_only_known_names_of_this_machine_are_answered(get: Get, host: str, status: int) -> None:
    assert get("/api/health", host=host).status_code == status


def test_further_names_are_allowed_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRAST_ALLOWED_HOSTS", "atlas.lab, other.lab")
    guard = server.KnownHosts(["given.lab"])
    assert {"atlas.lab", "other.lab", "given.lab", "localhost"} <= guard.hosts


def test_colours_by_label_are_kept_only_while_no_later_label_is_given(
    get: Get, place: SimpleNamespace
) -> None:
    store = place.workspace.labels
    store.add([place.ids[0]], "low")
    seq = store.version()
    address = place.urls.colour(place.maps, f"label@{seq}")
    assert "immutable" in get(address).headers["cache-control"]
    store.add([place.ids[1]], "high")
    late = get(address)
    assert late.headers["cache-control"] == "no-store"
    assert list(late.content[:3]) == [0, 1, 255]


def test_plotly_is_the_installed_one_sent_packed(get: Get) -> None:
    answer = get(server.plotly_url())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.content) > 1_000_000  # httpx has unpacked it


def test_the_same_folder_opened_twice_is_one_workspace(place: SimpleNamespace) -> None:
    root: Path = place.workspace.root
    assert server.open_workspace(root / ".." / root.name) is place.workspace


def test_a_folder_made_anew_is_served_under_its_new_name(get: Get, tmp_path: Path) -> None:
    old = server.open_workspace(tmp_path / "again.contrast").id
    shutil.rmtree(tmp_path / "again.contrast")
    new = server.open_workspace(tmp_path / "again.contrast")
    assert new.id != old
    assert "collection" in get(f"/api/{new.id}/thumb/0000000000000000").json()["error"]


def test_the_workspace_of_the_environment_is_opened_when_asked_for(
    get: Get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTRAST_WORKSPACE", raising=False)
    assert server.initial() is None
    made = Workspace(tmp_path / "three.contrast")
    monkeypatch.setenv("CONTRAST_WORKSPACE", str(made.root))
    answer = get(f"/api/{made.id}/thumb/0000000000000000")
    assert "not in this collection" in answer.json()["error"]
    assert server.workspaces()[made.id].root == made.root


def test_events_of_a_job_are_json_without_nan(get: Get, place: SimpleNamespace) -> None:
    job = JobRunner(place.workspace).submit("scan", paths=[])
    told = {}
    for _ in range(200):
        answer = get(f"{place.urls.events(job)}?since=0")
        told = json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
        if told["status"]["state"] not in {"queued", "running"}:
            break
        time.sleep(0.05)
    assert told["status"]["state"] == "done"
    assert told["next"] == len(told["events"])
    assert answer.headers["cache-control"] == "no-store"
    assert get(f"{place.urls.events(job)}?since=-1").status_code == 404


def test_typical_images_come_with_the_middle_of_every_cluster_first(
    get: Get, place: SimpleNamespace
) -> None:
    chosen = {"0": list(place.ids[:3]), "1": list(place.ids[3:4])}
    key = place.workspace.save(
        Artifact("clusterings", "test@2"),
        place.workspace.load(place.clusterings),
        {"representatives": chosen},
    )
    raw = get(place.urls.typical(key)).content
    came = [raw[i : i + 8].hex() for i in range(0, len(raw), 8)]
    assert came == [place.ids[0], place.ids[3], place.ids[1], place.ids[2]]
    assert get(place.urls.typical(place.maps)).status_code == 404


def test_a_kept_selection_comes_as_one_archive_and_an_unknown_one_does_not(
    place: SimpleNamespace, get: Get
) -> None:
    key = place.workspace.selections.put(place.ids[:3])
    answer = get(place.urls.archive(key))
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert len(packed.namelist()) == 4
    assert get(place.urls.archive("0" * 16)).status_code == 404
    assert get(place.urls.archive("..%2f..")).status_code == 404


def test_a_map_with_three_directions_is_served_whole_and_a_flat_one_is_not(
    get: Get, place: SimpleNamespace
) -> None:
    deep = np.arange(24.0).reshape(8, 3)
    key = place.workspace.save(
        Artifact("maps", "test@3"), Vectors(place.ids, deep, ("map_x", "map_y", "map_z"))
    )
    came = np.frombuffer(get(place.urls.xyz(key)).content, dtype="<f4").reshape(-1, 3)
    assert np.array_equal(came, deep.astype(np.float32))
    assert get(place.urls.xyz(place.maps)).status_code == 404


def test_what_a_page_puts_in_memory_is_served_under_the_name_of_its_content(get: Get) -> None:
    address = server.put(b"{}", "application/json")
    answer = get(address)
    assert (answer.content, answer.headers["content-type"]) == (b"{}", "application/json")
    assert "immutable" in answer.headers["cache-control"]
    assert server.put(b"{}", "application/json") == address
    assert get("/api/blob/" + 16 * "0").status_code == 404
    assert get("/api/blob/..%2Fworkspace.json").status_code == 404


def test_what_was_put_in_longest_ago_goes_first_and_scripts_stay(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.blobs, "MOST_BYTES", 250)
    script = server.put(b"let" * 100, "text/javascript", lasts=True)
    first, second, third = (server.put(letter * 100) for letter in (b"a", b"b", b"c"))
    assert [get(at).status_code for at in (script, first, second, third)] == [200, 404, 200, 200]


def test_a_filter_is_counted_before_it_is_set(place: SimpleNamespace, get: Get) -> None:
    for kind in ("features", "clusterings"):
        place.workspace.make_current(kind, getattr(place, kind))
    at, range_ = place.urls.filter, "f.feature.c_rms=2~4"
    told = get(f"{at}?{range_}&f.quark=1").json()
    assert (told["count"], told["total"]) == (3, 8)
    assert "quark" in told["problems"][0]
    assert told["offered"]["cluster"] == "Cluster"
    clusters = get(f"{at}?{range_}&key=cluster&f.cluster=1").json()
    assert [(c["text"], c["total"], c["left"], c["is_chosen"]) for c in clusters["choices"]] == [
        ("0", 3, 1, False), ("1", 3, 1, True), ("2", 2, 1, False), ("(none)", 0, 0, False),
    ]  # fmt: skip
    spread = get(f"{at}?{range_}&key=feature.c_rms").json()
    assert (spread["set"]["low"], spread["set"]["high"]) == (2, 4)
    assert (spread["spread"]["known"], spread["spread"]["absent"]) == (7, 1)
    assert get(f"{at}?key=feature.zzz").status_code == 404
