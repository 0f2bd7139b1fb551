"""The page before the pages: plain HTML that needs no script and nothing from elsewhere."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from contrast_engine.access.person import LONGEST_NAME
from contrast_engine.access.phrases import LONGEST
from contrast_engine.as_written import html

TITLE = "This was not answered"

_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Contrast atlas</title>
<style>
:root {{ color-scheme: light dark; }}
* {{ box-sizing: border-box; }}
body {{ font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; margin: 0;
  background: light-dark(#fcfcfc, #191919); color: light-dark(#101010, #e6e6e6); }}
main {{ max-width: 26rem; margin: 12vh auto 3rem; padding: 0 1.5rem; }}
h1 {{ font-size: 1.6rem; font-weight: 600; line-height: 1.25; margin: 0 0 .5rem; }}
p {{ margin: 0 0 1rem; }}
.small {{ font-size: .875rem; color: light-dark(#565656, #a8a8a8); }}
label {{ display: block; font-weight: 600; margin: 1rem 0 .25rem; }}
label.choice {{ font-weight: 400; display: flex; gap: .5rem; align-items: baseline; }}
input[type=text], input[type=password] {{ width: 100%; font: inherit; color: inherit;
  padding: .5rem .6rem; border-radius: 4px; border: 1px solid light-dark(#767676, #8c8c8c);
  background: light-dark(#ffffff, #262626); }}
button, .button {{ font: inherit; font-weight: 600; margin: 1.25rem 0 1rem; padding: .5rem 1.1rem;
  border-radius: 4px; border: 0; cursor: pointer; display: inline-block; text-decoration: none;
  background: light-dark(#0962bb, #5aa9f5); color: light-dark(#ffffff, #101010); }}
:focus-visible {{ outline: 3px solid light-dark(#5aa9f5, #9ccbf9); outline-offset: 2px; }}
a {{ color: light-dark(#0962bb, #5aa9f5); }}
.problem {{ border-left: 4px solid light-dark(#b3261e, #f2726a); padding: .25rem .75rem;
  background: light-dark(#fbeceb, #3a2220); overflow-wrap: anywhere; }}
</style></head><body><main>
<p class="small">Contrast atlas</p>
<h1>{title}</h1>
{body}
</main></body></html>
"""

_ASK = """<p>Photographs, their contrast, and what people say of them. Whoever was given the pass
phrase of this server can come in.</p>
{problem}<form method="post" action="{action}">
<input type="hidden" name="form" value="{form}"><input type="hidden" name="next" value="{after}">
<label for="name">Your name</label>
<input type="text" id="name" name="name" value="{name}" maxlength="{longest_name}" required
 autocomplete="username" autocapitalize="words" spellcheck="false" aria-describedby="why">
<p class="small" id="why">It stands beside every label that you give.</p>
<label for="phrase">Pass phrase</label>
<input type="password" id="phrase" name="phrase" maxlength="{longest}" required
 autocomplete="current-password">
{sure}<button type="submit">Log in</button>
</form>
{again}"""

_SURE = """<label class="choice"><input type="checkbox" name="sure" value="1"> That is me in
another browser</label>
"""

_AGAIN = """<p class="small">You came from another site. If you are logged in here already,
<a href="{here}">go on</a>.</p>"""

_LEAVE = """<p>You are logged in as <strong>{name}</strong> ({role}).</p>
<form method="post" action="{action}">
<input type="hidden" name="form" value="{form}">
<button type="submit">Log out</button> &nbsp;<a href="{home}">Stay</a>
</form>"""


def ask(
    action: str,
    form: str,
    after: str,
    *,
    name: str = "",
    problem: str = "",
    asks_if_sure: bool = False,
    here: str = "",
) -> str:
    """The page that asks for name and pass phrase.

    Args:
        action: Where the form goes.
        form: What makes it our form.
        after: Where to go then.
        name: What was typed before.
        problem: Why that did not do, as a sentence.
        asks_if_sure: Whether to ask if a name that is in use is theirs.
        here: This address, where a browser may have kept back that somebody is logged in.
    """
    body = _ASK.format(
        problem=f'<p class="problem" role="alert">{html(problem)}</p>\n' if problem else "",
        action=html(action), form=html(form), after=html(after), name=html(name),
        longest_name=LONGEST_NAME, longest=LONGEST,
        sure=_SURE if asks_if_sure else "",
        again=_AGAIN.format(here=html(here)) if here else "",
    )  # fmt: skip
    return _FRAME.format(title="Log in", body=body)


def leave(action: str, form: str, name: str, role: str, home: str) -> str:
    """The page that asks whether somebody wants to log out."""
    body = _LEAVE.format(
        action=html(action), form=html(form), name=html(name), role=html(role), home=html(home)
    )
    return _FRAME.format(title="Log out", body=body)


def say(title: str, words: str, link: str = "", link_words: str = "") -> str:
    """A page that says one thing, with one way on.

    Args:
        title: What it is about.
        words: What it says.
        link: Where the way on leads; "" for none.
        link_words: What stands on it.
    """
    way = f'<a class="button" href="{html(link)}">{html(link_words)}</a>' if link else ""
    return _FRAME.format(title=html(title), body=f"<p>{html(words)}</p>\n{way}")


def refusal(scope: Scope, status: int, reason: str, headers: dict[str, str]) -> Response:
    """Words that a person can read where a browser asks for a page, else the same for a program.

    Args:
        scope: The request.
        status: The status of HTTP.
        reason: In words, without a capital and a full stop.
        headers: Of the answer.
    """
    asked = Headers(scope=scope)
    if asked.get("sec-fetch-dest") != "document" and "text/html" not in asked.get("accept", ""):
        return JSONResponse({"error": reason}, status, headers)
    words = f"{reason[:1].upper()}{reason[1:]}."
    wait = headers.get("Retry-After")
    if wait:
        words += f" Try again in {wait} second{'' if wait == '1' else 's'}."
    return HTMLResponse(say(TITLE, words), status, headers)
