"""The floors of the house: who may import whom, found by reading the source, not by running it."""

import ast
import functools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Set
from pathlib import Path

import pytest

from contrast_engine import steps

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "contrast_engine"

FLOORS = {
    "errors": 0, "image_id": 0, "extras": 0, "progress": 0, "pace": 0, "arrays": 0, "as_written": 0,
    "several": 0, "docs": 0, "data_folder": 0, "login": 0, "simulated": 0, "app_folder": 0, "modules": 0, "browsers": 0, "access": 1, "attributes": 1, "plugins": 1, "options": 1, "registry": 1, "randomness": 1, "imageset": 1, "by_image": 1, "glossary": 1,
    "vectors": 2, "results": 2, "said": 2,
    "images": 3,
    "neighbours": 4,
    "features": 5, "scaling": 5, "among_known": 5, "projections": 5, "clusterings": 5,
    "representatives": 5, "describe": 5, "selection": 5, "pseudo_labels": 5, "validation": 5,
    "perturb": 5, "issues": 5, "figures": 5, "learning": 5, "ranking": 5, "anomalies": 5, "axes": 5,
    "drift": 5, "duplicates": 5,
    "encoders": 6, "zero_shot": 6, "complexity": 6, "illuminants": 6, "placing": 6,
    "store": 7,
    "steps": 8, "predict": 8, "adapt": 8, "counterfactual": 8, "views": 8, "colouring": 8, "map_file": 8, "report": 8, "notebook": 8, "reproduce": 8,
    "monitor": 8, "batches": 8,
    "jobs": 9, "worker": 9, "server": 9, "service": 9, "samples": 9, "cli": 9,
}  # fmt: skip

HEAVY = ("scipy", "torch", "umap", "sklearn", "openTSNE", "numba", "streamlit")

OF_TORCH = {"learning", "encoders"}
"""Parts that are made of torch; whoever uses them imports them inside a function."""

OF_SKLEARN = ENGINE / "predict" / "transformer.py"
"""A class of scikit-learn's has to be derived from its own; nothing else imports this file."""

NOT_FOR_PAGES = {
    "numpy", "pandas", "torch", "sklearn", "sqlite3", "pyarrow", "scipy", "cv2", "umap", "openTSNE",
}  # fmt: skip

IMPORT_NAMES = {
    "opencv-python-headless": "cv2",
    "pi-heif": "pi_heif",
    "prometheus-client": "prometheus_client",
    "python-multipart": "python_multipart",
    "pillow": "PIL",
    "pillow-jxl-plugin": "pillow_jxl",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "umap-learn": "umap",
}


@functools.cache
def sources(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.rglob("*.py")))


@functools.cache
def parsed(file: Path) -> ast.Module:
    """Its source as a tree, only to be read."""
    return ast.parse(file.read_text(encoding="utf-8"))


def room(file: Path) -> str:
    """The part of the engine a file belongs to: its first folder, or its own name."""
    return file.relative_to(ENGINE).parts[0].removesuffix(".py")


@functools.cache
def imports(file: Path) -> frozenset[str]:
    """Every module that a file imports, anywhere in it, by its full dotted name."""
    return frozenset(_imports(file))


@functools.cache
def imports_that_run(file: Path) -> frozenset[str]:
    """The same without what only type checkers read."""
    return frozenset(_imports(file, for_types_only(parsed(file))))


def _imports(file: Path, idle: Set[ast.AST] = frozenset()) -> Iterator[str]:
    for node in ast.walk(parsed(file)):
        if node in idle:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively; write the full name"
            assert node.module is not None
            yield node.module
            if node.module == "contrast_engine":
                yield from (f"contrast_engine.{alias.name}" for alias in node.names)


ROOMS = sorted({room(f) for f in sources(ENGINE)} - {"__init__", "__main__"})


def engine_imports(file: Path, found: frozenset[str] | None = None) -> set[str]:
    """The parts of the engine that a file imports, its own left out."""
    found = imports(file) if found is None else found
    parts = {name.split(".")[1] for name in found if name.startswith("contrast_engine.")}
    return parts & set(ROOMS) - {room(file)}


@pytest.mark.parametrize("name", ROOMS)
def test_every_part_of_the_engine_has_a_floor(name: str) -> None:
    assert name in FLOORS, f"say in FLOORS, and in CONTRIBUTING.md, where {name} lives"


@pytest.mark.slow
@pytest.mark.parametrize("name", ROOMS)
def test_a_part_imports_nothing_from_a_higher_floor(name: str) -> None:
    for file in sources(ENGINE):
        if room(file) == name:
            above = {other for other in engine_imports(file) if FLOORS[other] > FLOORS[name]}
            assert not above, f"{file.relative_to(ROOT)} imports {above}"


@pytest.mark.slow
def test_no_two_parts_import_each_other_round_in_a_circle() -> None:
    needs = {
        name: set().union(
            *(engine_imports(f, imports_that_run(f)) for f in sources(ENGINE) if room(f) == name)
        )
        for name in ROOMS
    }
    left = dict(needs)
    while left:
        free = [name for name, needed in left.items() if not needed & set(left)]
        assert free, f"these import each other in a circle: {sorted(left)}"
        for name in free:
            del left[name]


@functools.cache
def modules() -> dict[str, Path]:
    """Every file of the engine by its dotted name."""
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sources(ENGINE)
    }


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    """What stands under `if TYPE_CHECKING`: it is never run."""
    return {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inside in ast.walk(statement)
    }


def needed(name: str, known: dict[str, Path]) -> set[str]:
    """The modules that one needs when it is loaded or when one of its functions runs."""
    tree = parsed(known[name])
    idle, found = for_types_only(tree), set()
    for node in ast.walk(tree):
        if node in idle:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            parts = {f"{node.module}.{alias.name}": node.module for alias in node.names}
            found |= {part if part in known else whole for part, whole in parts.items()}
    return found & set(known) - {name}


def in_circles(needs: dict[str, set[str]]) -> set[str]:
    """The modules that are left when those that need none of the others are taken away."""
    left = dict(needs)
    while free := [n for n, of in left.items() if not of & set(left)]:
        for name in free:
            del left[name]
    needing = set(left)
    while outer := [n for n in needing if not any(n in needs[other] for other in needing)]:
        needing -= set(outer)
    return needing


def test_a_circle_is_found_and_what_leads_into_or_out_of_it_is_not() -> None:
    needs = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}
    assert in_circles(needs) == {"b", "c"}


@pytest.mark.slow
def test_no_two_files_need_each_other_in_a_circle_not_even_inside_functions() -> None:
    known = modules()
    assert not in_circles({name: needed(name, known) for name in known})


NOT_FOR_VIEWS = (
    "cv2", "tempfile", "contrast_engine.images", "contrast_engine.jobs", "contrast_engine.worker",
    "contrast_engine.server", "contrast_engine.store.atomic_files",
)  # fmt: skip
"""What decodes files, writes them or starts work."""

COLOUR_MATHS = "contrast_engine.images.colour"

WRITES = {
    "add_roots", "append", "define", "delete", "forget", "forget_checkpoint", "put", "save_checkpoint",
    "make_current", "name_cluster", "redo", "refuse", "rename", "save", "save_files", "add",
    "undo", "undo_name", "unsure", "come_back", "write_bytes", "write_text", "write_history", "write_map",
    "write_map_ids", "write_nearest", "write_reconstructions", "mkdir", "unlink", "ask",
}  # fmt: skip
"""Methods of the store, and of paths, after which something on disk is another."""

OF_STORE = {
    "workspace",
    "labels",
    "comparisons",
    "selections",
    "edits",
    "models",
    "thumbs",
    "removals",
}
"""What these methods are called on; a list has an `append` too."""


def writes(tree: ast.AST) -> Iterator[str]:
    """The calls in some source that change what is on disk."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = ast.unparse(node.func.value).split("(")[0].split(".")[-1].lstrip("_")
            is_stored = of in OF_STORE or of == "TrainingRun" or node.func.attr.startswith("write_")
            if node.func.attr in WRITES and is_stored:
                yield ast.unparse(node.func)


VIEWS = sources(ENGINE / "views")


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: file.relative_to(ENGINE).as_posix())
def test_a_view_decodes_nothing_writes_nothing_and_starts_nothing(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    for name in set(imports(file)) - {COLOUR_MATHS}:
        held = [part for part in NOT_FOR_VIEWS if f"{name}.".startswith(f"{part}.")]
        assert not held, f"{file.relative_to(ROOT)} imports {name}"
    assert not list(writes(ast.parse(source))), file.relative_to(ROOT)


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: file.relative_to(ENGINE).as_posix())
def test_a_view_calls_no_step_that_saves_what_it_computes(file: Path) -> None:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "contrast_engine.steps"
        ):
            for alias in node.names:
                assert alias.name not in steps.STEPS, f"{file.relative_to(ROOT)}: {alias.name}"
                step = functions(str(node.module)).get(alias.name)
                saved = list(writes(step)) if step else []
                assert not saved, f"{file.relative_to(ROOT)} calls {alias.name}: {saved}"


@functools.cache
def functions(module: str) -> dict[str, ast.FunctionDef]:
    """The functions of a module of the engine, by name."""
    tree = parsed(modules()[module])
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.slow
def test_the_engine_never_imports_streamlit_or_the_pages() -> None:
    for file in sources(ENGINE):
        outside = {name.split(".")[0] for name in imports(file)}
        assert not outside & {"streamlit", "pages", "app"}, file


def test_pages_leave_numbers_and_storage_to_the_engine() -> None:
    files = [*sources(ROOT / "pages"), ROOT / "app.py"]
    assert len(files) > 5
    for file in files:
        found = {name.split(".")[0] for name in imports(file)} & NOT_FOR_PAGES
        assert not found, f"{file.relative_to(ROOT)} imports {found}"


def test_heavy_libraries_are_only_imported_inside_functions() -> None:
    for file in sources(ENGINE):
        if room(file) in OF_TORCH or file == OF_SKLEARN:
            continue
        for node in parsed(file).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
                assert not {name.split(".")[0] for name in names} & set(HEAVY), file


def registries() -> dict[str, str]:
    """Every registry of the engine, module -> variable, found in the source."""
    found = {}
    for file in sources(ENGINE):
        made = re.search(r"^(\w+)(?::.*)? = Registry\b", file.read_text(encoding="utf-8"), re.M)
        if made and file != ENGINE / "registry.py":
            dotted = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            found[dotted.removesuffix(".__init__")] = made[1]
    return found


@pytest.mark.slow
def test_listing_every_registry_loads_none_of_the_heavy_libraries() -> None:
    assert len(registries()) >= 5
    listing = "\n".join(
        f"from {module} import {name}; assert len(list({name})), '{name}'"
        for module, name in registries().items()
    )
    code = f"{listing}\nimport sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_every_third_party_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {"contrast_engine", "pages", "starlette"}  # starlette is streamlit's own server
    extras = project["optional-dependencies"]
    asked_for = [
        each
        for name in (
            "app",
            "train",
            "notebook",
            "serve",
            "onnx",
            "ray",
            "samples",
            "raw",
            "dicom",
            "jxl",
        )
        for each in extras[name]
    ]
    for requirement in [*project["dependencies"], *asked_for]:
        name = re.split(r"[\[<>=!~; ]", requirement)[0]
        declared.add(IMPORT_NAMES.get(name, name))
    for file in [*sources(ENGINE), *sources(ROOT / "pages"), ROOT / "app.py"]:
        used = {name.split(".")[0] for name in imports(file)} - set(sys.stdlib_module_names)
        assert used <= declared, f"{file.relative_to(ROOT)} needs {used - declared}"
