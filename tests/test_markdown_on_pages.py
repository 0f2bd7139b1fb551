"""Nothing reaches Streamlit's Markdown as it came: it is ours, a number, or went through `markdown`.

Read from the source of the pages: every text that Streamlit reads as Markdown is a constant, a
number by its format, or what `as_written.markdown` gave, wherever its names were assigned. Scripts
of the browser give text to no function that reads HTML.
"""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCRIPTS = sorted((ROOT / "pages").rglob("*.js"))

FIRST = {
    "badge", "button", "caption", "checkbox", "dialog", "download_button", "error", "expander",
    "file_uploader", "form_submit_button", "header", "info", "link_button", "markdown", "metric",
    "multiselect", "number_input", "pills", "popover", "progress", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "spinner", "subheader", "success", "table", "tabs",
    "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
}  # fmt: skip
"""Calls of Streamlit whose first argument is Markdown."""

KEYWORDS = {"help", "label", "caption"}
MORE = {"metric": 2, "in_address": 2}
"""Calls with Markdown, or none at all, in so many of their first arguments."""

AFTER_AN_ACT = {"access.button", "access.closed_button", "button", "closed_button"}
"""Our own calls whose second argument is Markdown: the first is what somebody may or may not do."""

OURS = {
    "markdown", "len", "round", "headings.help_text", "help_text", "with_link", "headings.with_link",
    "docs.in_app", "entries", "facts",
}  # fmt: skip
"""Calls that give Markdown which is known to be good, or a number."""

KEPT = {"lower", "capitalize", "strip", "replace"}
"""What is done to a good text and leaves it one."""

NUMERIC = re.compile(r"\+?[,\d]*(\.\d+)?[,dfge%]")

KNOWN = {
    ("help/methods.py", "chapters[chosen].title"): "the documents that ship are Markdown",
    (
        "help/methods.py",
        "f'Next: [{after.title}](/methods?document={document}&chapter={after.anchor})'",
    ): "the documents that ship are Markdown",
    (
        "structure/dendrogram.py",
        "f'{title} · {group.size:,} images · {markdown(group.words)}'",
    ): "the title is Markdown, made and escaped in two places above",
    ("frame/access.py", "label"): "read where pages call it, as `AFTER_AN_ACT`",
}
"""Page and expression: why it may be what it is."""


class Source:
    """One page, with what its names were assigned."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self._scopes = {
            child: node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.Lambda)
            for child in ast.walk(node)
            if child is not node
        }  # of nested functions the inner one is met last, and stays

        self._functions = {n.name: n for n in self.tree.body if isinstance(n, ast.FunctionDef)}
        self.modules = {
            alias.asname or alias.name.rpartition(".")[2]
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
            if node.module.startswith(("pages", "contrast_engine"))
        }

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def is_good(self, node: ast.expr | None, seen: frozenset[str] = frozenset()) -> bool:
        """True if all that this expression can be is ours, a number, or text that was escaped."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=parts):
                return all(self._is_good_part(part, seen) for part in parts)
            case ast.IfExp(body=one, orelse=other):
                return self.is_good(one, seen) and self.is_good(other, seen)
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(self.is_good(part, seen) for part in parts)
            case ast.Dict(keys=keys, values=values):
                return all(self.is_good(part, seen) for part in (*keys, *values))
            case ast.BinOp(left=one, right=other):
                return self.is_good(one, seen) and self.is_good(other, seen)
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
                return self.is_good(part, seen)
            case ast.Subscript(value=whole):
                return self.is_good(whole, seen)
            case ast.Call():
                return self._is_good_call(node, seen)
            case ast.Name():
                return node.id not in seen and self._is_good_name(node, seen | {node.id})
        return False

    def _is_good_part(self, part: ast.expr, seen: frozenset[str]) -> bool:
        if not isinstance(part, ast.FormattedValue):
            return True
        spec = part.format_spec
        is_number = spec is not None and bool(NUMERIC.fullmatch(ast.unparse(spec)[2:-1]))
        return is_number or self.is_good(part.value, seen)

    def _is_good_call(self, call: ast.Call, seen: frozenset[str]) -> bool:
        name = ast.unparse(call.func)
        if name in OURS:
            return True
        if name == "rows.written":
            return ast.unparse(call.args[1]) == "markdown"
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"join", "items", "values"}:
            return self.is_good(call.func.value, seen) and all(
                self.is_good(a, seen) for a in call.args
            )
        if name in self._functions:
            made = self._functions[name]
            back = [node.value for node in ast.walk(made) if isinstance(node, ast.Return)]
            return name not in seen and all(self.is_good(one, seen | {name}) for one in back)
        return (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in KEPT
            and self.is_good(call.func.value, seen)
        )

    def _is_good_name(self, name: ast.Name, seen: frozenset[str]) -> bool:
        given = list(self._given(name))
        return bool(given) and all(self.is_good(value, seen) for value in given)

    def _given(self, name: ast.Name) -> Iterator[ast.expr | None]:
        """All that a name is assigned where it is used, or in the page; None for an argument."""
        scope: ast.AST | None = self._scopes.get(name)
        while True:
            here = scope or self.tree
            found = list(self._assigned(name.id, here))
            if found or scope is None:
                yield from found
                return
            scope = self._scopes.get(scope)

    def _assigned(self, name: str, scope: ast.AST) -> Iterator[ast.expr | None]:
        if isinstance(scope, ast.FunctionDef | ast.Lambda):
            given = scope.args
            if name in {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}:
                yield None
        for node in ast.walk(scope):
            if self._scopes.get(node) is not (None if scope is self.tree else scope):
                continue
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        yield from _part_of(target, value, name)
                case (
                    ast.AnnAssign(target=target, value=value)
                    | ast.AugAssign(target=target, value=value)
                    | ast.NamedExpr(target=target, value=value)
                ) if value is not None:
                    yield from _part_of(target, value, name)
                case (
                    ast.For(target=target, iter=value)
                    | ast.comprehension(target=target, iter=value)
                ):
                    rows = value.elts if isinstance(value, ast.Tuple) else [value]
                    for row in rows:
                        if isinstance(row, ast.Tuple):
                            yield from _part_of(target, row, name)
                        elif name in {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
                            yield value
                case ast.Call(func=ast.Attribute(value=ast.Name(id=listed), attr="append")):
                    if listed == name:
                        yield node.args[0]


def _part_of(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr | None]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        parts = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
        for one, part in zip(target.elts, parts, strict=True):
            if isinstance(one, ast.Name) and one.id == name:
                yield part


def markdown_in(call: ast.Call, modules: set[str]) -> Iterator[ast.expr]:
    """The arguments of a call that Streamlit reads as Markdown; calls of our `modules` have none."""
    if ast.unparse(call.func) in AFTER_AN_ACT:
        yield from call.args[1:2]
    functions = [call.func]
    if isinstance(call.func, ast.IfExp):
        functions = [call.func.body, call.func.orelse]
    names = {
        one.attr
        for one in functions
        if isinstance(one, ast.Attribute)
        and (ast.unparse(one.value) not in modules or one.attr in MORE)
    }
    if names & (FIRST | MORE.keys()):
        most = max(MORE.get(name, 1) for name in names)
        yield from (one for one in call.args[:most] if not ast.unparse(one).startswith("st."))
        yield from (word.value for word in call.keywords if word.arg in KEYWORDS)
    elif names & {"page_link", "TextColumn", "NumberColumn", "ProgressColumn", "CheckboxColumn",
                  "BarChartColumn"}:  # fmt: skip
        yield from (word.value for word in call.keywords if word.arg in KEYWORDS)


@functools.cache
def unescaped(text: str) -> list[str]:
    """The expressions of a page that may bring somebody's words into Markdown."""
    source = Source(text)
    found = [
        part
        for call in source.calls()
        for part in markdown_in(call, source.modules)
        if not source.is_good(part)
    ]
    return [ast.unparse(part) for part in found]


def test_there_are_pages_to_read() -> None:
    assert len(PAGES) > 40
    assert len(SCRIPTS) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_gives_to_markdown_is_ours_or_escaped(page: Path) -> None:
    name = str(page.relative_to(ROOT / "pages"))
    found = [part for part in unescaped(page.read_text("utf-8")) if (name, part) not in KNOWN]
    assert not found, f"give these to `as_written.markdown` first: {found}"


HTML = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|parseFromString)\b|document\.write"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_makes_elements_of_no_text(script: Path) -> None:
    assert not HTML.findall(script.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_lets_no_html_into_markdown(page: Path) -> None:
    assert "unsafe_allow_html" not in page.read_text("utf-8")


def test_every_exception_is_still_there() -> None:
    found = {
        (str(page.relative_to(ROOT / "pages")), part)
        for page in PAGES
        for part in unescaped(page.read_text("utf-8"))
    }
    assert found == set(KNOWN)


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(name)", "st.caption(f'by {name}')", "st.button(label=name)",
        "column.metric('n', row.value)", "st.info('x', help=card.words)", "st.error(reason or name)",
        "(st.success if ok else st.warning)(words(name))", "st.table(card.rows)",
        "st.toast('a' + name)", "st.tabs([name, 'b'])", "st.caption(f'{name:>12}')",
        "st.caption(', '.join(names))", "st.expander(TITLES[name].words)",
        "for one in names:\n    st.button(one)", "said = name\nst.caption(said)",
        "lines = []\nlines.append(name)\nst.caption('; '.join(lines))",
        "def draw(title):\n    st.markdown(f'**{title}**')",
        "def words():\n    return name\nst.caption(words())",
    ],
)  # fmt: skip
def test_a_text_that_comes_from_elsewhere_is_found(line: str) -> None:
    assert unescaped(line)


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown('**ours**')", "st.caption(f'{n:,} of {share:.0%}')", "st.button(markdown(name))",
        "st.info(markdown(reason) if reason else 'none')", "st.caption(f'{len(names)} names')",
        "W = {'a': 'A'}\nst.button(W[name])", "for one in ('a', 'b'):\n    st.button(one)",
        "said = markdown(name)\nst.caption(f'by {said}')", "st.selectbox('Which', names)",
        "st.caption(', '.join(markdown(one) for one in names))",
        "from pages.common import inspector\ninspector.dialog(workspace, image)",
    ],
)  # fmt: skip
def test_a_text_of_ours_needs_nothing(line: str) -> None:
    assert not unescaped(line)
