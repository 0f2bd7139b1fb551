"""One vocabulary: what people read says the standard terms, never the private ones of before.

Read are the string literals of the engine and the pages, the strings of their scripts, what
tooltips take from docstrings, and the documents. A line that has to keep a word (a hidden alias
of a command, say) ends in the comment "vocabulary: keep".
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MARK = "vocabulary: keep"

_ONE = r"(?:an?|the|every|each|one|any|no|its|this|which|another|other)"
_MANY = r"(?:the|all|two|other|some|these|those|its|their|your|our|of|more|no|by|\{\}|\d+)"

BANNED: dict[str, str] = {
    rf"\b{_ONE} measure\b(?! of how)": "feature",
    rf"(?<!\w){_MANY} measures\b": "features",
    r"^(?-i:Measures)\b(?! (?:the|what|every)\b)": "Features",
    r"\bmeasure by measure\b": "feature by feature",
    r"\bcontrast (?:metrics|measures)\b": "contrast features",
    r"\bodd (?:images?|ones?|pictures?)\b|\band odd\b|^odd\b|\bthe odd\b": "outliers",
    r"\bdoubles\b(?! it\b)|\b(?:an?|its|their|the) double\b|\bone picture twice\b": "duplicates",
    r"\bladder of (?!known\b)|\bladder from pairs\b": "ranking",
    r"\bteach(?:es)?\b|\binstructive\b": "most informative",
    r"\brather (?:not|nothing|say nothing)\b": "abstains",
    r"\bknow what it knows\b": "calibration",
    r"\bwhat (?:it|the model) confuses\b|\brightly\b|\btaken for\b": (
        "confusion matrix; correct / predicted as"
    ),
    r"\bstructureless\b|\bsmooth clouds?\b": "null reference",
    r"\bimages that meet\b|\bwhat flows\b": "intersection; contingency",
    r"\bwhere it flips\b|\bits way across\b|\bway across the map\b": (
        "decision boundary; trajectory"
    ),
    r"\bstrangers?\b|\btorn\b": "false neighbours; missing neighbours",
    r"\bpaint(?:ed|ing|s)\b|\bdivergence\b|\bdimensions used\b": (
        "reconstruction; KL term; effective rank"
    ),
    r"\bencircl(?:ed|es?|ing)\b|\bdraw around\b|\bdrawn around\b": "lasso selection; lasso",
    r"\btake (?:this|the) (?:map|table)\b|\bto take away\b|\btake away\b": "download",
    r"\bhold (?:the|every|each|all) \w+ against\b": "correlate features with human scores (MOS)",
    r"\b(?:un)?settled\b|\bsettles? on\b|\blessons?\b": "consensus label; model update (live model)",
    r"\bnumbers of merit\b": "metrics (of a model or clustering)",
    r"\braters?\b|\bpersons? who labels?\b|\b(?:several|two|other) people\b"
    r"|\bpeople (?:agree|disagree|dispute|label)\w*\b": "annotators",
    r"\bsayings\b|\bwhat was said\b|\bsays? (?:it )?again\b": "annotations, labels; redo",
    r"\bregroup(?:ed|ing|s)?\b": "edit clusters",
    r"\bclustering runs?\b|\bruns of clustering\b|\bearlier runs?\b": "clusterings",
    r"\bthe (?:same |one |very )*door\b": "say what it is",
}
"""Patterns, letters of either case, and what to write instead."""

_FOUND = [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in BANNED.items()]

TOOLTIPS = ("features", "projections", "clusterings", "pseudo_labels", "encoders", "perturb")
"""Packages whose registered things are described in the app by their docstrings."""

_JS = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.S
)
_CODE = re.compile(r"```.*?```|``[^`]*``|`[^`\n]*`|\]\([^)\s]*\)", re.S)


@dataclass(frozen=True)
class Said:
    """Words that somebody reads, and the line they stand in."""

    words: str
    line: int


def of_python(path: Path) -> Iterator[Said]:
    """String literals, and docstrings where they become tooltips."""
    text = path.read_text(encoding="utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    is_described = path.relative_to(ROOT).parts[:2] in {("contrast_engine", t) for t in TOOLTIPS}
    documents, parts = docstrings(tree), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        words = words_of(node)
        if words is None or id(node) in parts or id(node) in documents or is_a_key(words):
            continue
        own = lines[node.lineno - 1 : node.end_lineno]  # type: ignore[attr-defined]
        if not any(MARK in line for line in own):
            yield Said(without_code(words), node.lineno)  # type: ignore[attr-defined]
    if is_described:
        yield from tooltips(tree, whole="features" in path.parts)


def words_of(node: ast.AST) -> str | None:
    """The text of a literal, with {} for what is filled in; None where it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(words_of(part) or "{}" for part in node.values)
    return None


def docstrings(tree: ast.Module) -> set[int]:
    """The literals that stand alone: docstrings, and remarks below a constant."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def tooltips(tree: ast.Module, *, whole: bool) -> Iterator[Said]:
    """The first line of the docstring of everything decorated, or all of it."""
    for node in tree.body:
        is_declared = isinstance(node, ast.ClassDef | ast.FunctionDef) and node.decorator_list
        if is_declared and (said := ast.get_docstring(node)):
            yield Said(without_code(said if whole else said.partition("\n")[0]), node.lineno)


def is_a_key(words: str) -> bool:
    """Whether a literal is read by programs: a name (no space, no capital first), or SQL."""
    is_sql = re.match(r"\s*(?:CREATE|SELECT|INSERT|UPDATE|DELETE|NOT EXISTS)\b", words)
    return is_sql is not None or re.fullmatch(r"[a-z_\W][^\s]*", words) is not None


def of_script(path: Path) -> Iterator[Said]:
    """The strings of a script, without comments."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for found in _JS.finditer(text):
        words = next((part for part in found.groups() if part is not None), "")
        line = text.count("\n", 0, found.start()) + 1
        if words and not is_a_key(words) and MARK not in lines[line - 1]:
            yield Said(re.sub(r"\$\{[^}]*\}", "{}", words), line)


def of_document(path: Path) -> Iterator[Said]:
    """The lines of a document, without code, targets of links and synonyms of the glossary."""
    text = _CODE.sub(lambda code: "\n" * code[0].count("\n"), path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        if MARK not in line and not line.startswith("- Also: "):
            yield Said(line, number)


def without_code(words: str) -> str:
    return _CODE.sub("", words)


def files() -> list[Path]:
    """Every file that holds words for people."""
    code = [path for part in ("contrast_engine", "pages") for path in (ROOT / part).rglob("*.*")]
    written = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md")]
    return sorted(path for path in [*code, *written] if path.suffix in READERS)


READERS = {".py": of_python, ".js": of_script, ".md": of_document}


def faults(said: Iterator[Said]) -> list[str]:
    """Every private word, the line it stands in, and what to write instead."""
    return [
        f"line {one.line}: {found[0]!r}; write: {instead}"
        for one in said
        for pattern, instead in _FOUND
        if (found := pattern.search(one.words))
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_people_read_says_the_standard_terms(path: Path) -> None:
    assert faults(READERS[path.suffix](path)) == []


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("Which of the measures agree", "features"),
        ("Measures of", "Features"),
        ("{} measures over {} images", "features"),
        ("odd images", "outliers"),
        ("Similar and odd", "outliers"),
        ("finds doubles", "duplicates"),
        ("the ladder of pairs", "ranking"),
        ("what teaches the model most", "most informative"),
        ("it would rather not say", "abstains"),
        ("what it confuses", "confusion matrix; correct / predicted as"),
        ("structureless data", "null reference"),
        ("find where it flips", "decision boundary; trajectory"),
        ("neighbours torn away", "false neighbours; missing neighbours"),
        ("painted again", "reconstruction; KL term; effective rank"),
        ("encircled on the map", "lasso selection; lasso"),
        ("take this map", "download"),
        ("hold the features against scores", "correlate features with human scores (MOS)"),
        ("settled labels", "consensus label; model update (live model)"),
        ("numbers of merit", "metrics (of a model or clustering)"),
        ("the raters", "annotators"),
        ("several people", "annotators"),
        ("what was said", "annotations, labels; redo"),
        ("regroup", "edit clusters"),
    ],
)
def test_a_private_word_is_found_and_the_standard_one_named(words: str, instead: str) -> None:
    found = faults(iter([Said(words, 3)]))
    assert any(one.startswith("line 3: ") and one.endswith(f"write: {instead}") for one in found)


@pytest.mark.parametrize(
    "words",
    [
        "Measure the images first",
        "measures what is not measured yet",
        "a feature that measures contrast",
        "a ladder of known strength",
        "ladders of haze",
        "twice the exposure doubles it",
        "people rate moderate contrast best",
        "the training run of this encoder",
        "metrics of a model",
    ],
)
def test_plain_words_stay(words: str) -> None:
    assert faults(iter([Said(words, 1)])) == []


@pytest.mark.slow
def test_no_docstring_begins_with_give() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in files() if path.suffix == ".py"}
    worth_parsing = re.compile(r"""['"]\s*Gives?\b""")
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)) if worth_parsing.search(text) else ():
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                said = ast.get_docstring(node) or ""
                assert not re.match(r"Gives?\b", said), f"{path}: say what comes back: {said[:60]}"


def test_names_that_programs_read_are_no_words_for_people(tmp_path: Path) -> None:
    assert [is_a_key(words) for words in ("doubles", "--odd", "measures@1", "#doubles")] == [
        True
    ] * 4
    assert [is_a_key(words) for words in ("Doubles", "the doubles")] == [False] * 2
    script = tmp_path / "x.js"
    script.write_text('say("the doubles"); // the odd ones\nconst key = "doubles";\n')
    assert [said.words for said in of_script(script)] == ["the doubles"]


def test_a_marked_line_keeps_its_word(tmp_path: Path) -> None:
    document = tmp_path / "x.md"
    document.write_text(
        f"The doubles. <!-- {MARK} -->\n- Also: doubles\nSee `doubles`.\n", encoding="utf-8"
    )
    assert faults(of_document(document)) == []
