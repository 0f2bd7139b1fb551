"""Before the pages: the script that runs first in each, and an answer where there is no page.

Streamlit answers every unknown address with its start page and says that all is well; below a page,
where its own scripts are not found, that page stays white.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contrast_engine.as_written import html
from contrast_engine.server.door.headers import allow_script

_NO_PAGES = ("/api/", "/_stcore/", "/static/", "/media/", "/component/", "/app/")
_KEPT = ("workspace",)
"""Parameters that a link on the page that helps carries on."""

_script_in = re.compile(rb"<script(?: type=\"module\")?>(.*?)</script>", re.S).findall
"""The scripts that stand in a page: of Streamlit's one, and ours."""

_HELP = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such page · Contrast atlas</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; margin: 0;
  background: light-dark(#fcfcfc, #191919); color: light-dark(#101010, #e6e6e6); }}
main {{ max-width: 44rem; margin: 12vh auto 3rem; padding: 0 1.5rem; }}
h1 {{ font-size: 1.6rem; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }}
a {{ color: light-dark(#0962bb, #5aa9f5); text-underline-offset: 0.15em; }}
ul {{ columns: 3 11rem; padding: 0; list-style: none; }} li {{ padding: 0.15rem 0; }}
</style></head><body><main>
<p>Contrast atlas</p>
<h1>There is no page at {address}</h1>
<p>{guess}</p>
<nav aria-label="Pages"><ul>
{links}
</ul></nav>
</main></body></html>
"""


def front_door(
    pages: Mapping[str, str], script: Callable[[str], str], base: str = ""
) -> list[Middleware]:
    """What stands before the pages.

    Args:
        pages: The title of each page by its address.
        script: Gives the module of JavaScript that a page runs before anything else, by the page's
            address; "" is the start.
        base: Under which path all of it is served.
    """
    return [Middleware(FrontDoor, pages=pages, script=script, base=base)]


class FrontDoor:
    """Puts the script into every page, and answers 404 where there is none.

    Args:
        app: What answers otherwise.
        pages: As `front_door` takes them.
        script: As `front_door` takes it.
        base: As `front_door` takes it.
    """

    def __init__(
        self,
        app: ASGIApp,
        pages: Mapping[str, str],
        script: Callable[[str], str],
        base: str = "",
    ) -> None:
        self.app = app
        self.pages = dict(pages)
        self.base = base.strip("/")
        self.script = script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what comes back as a page is changed, or refused."""
        if scope["type"] != "http" or scope["path"].startswith(_NO_PAGES):
            await self.app(scope, receive, send)
            return
        # whole and as it is: zipped, or not at all because the browser has it, it cannot be changed
        left_out = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
        asked = {**scope, "headers": [h for h in scope["headers"] if h[0] not in left_out]}
        start: Message | None = None
        parts: list[bytes] = []

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._send(scope, start, b"".join(parts), send)

        await self.app(asked, receive, answer)

    def is_known(self, path: str) -> bool:
        """True if there is a page at a path."""
        below = self._below(path)
        return not below or below in self.pages

    def _below(self, path: str) -> str:
        """The address of a page, without what stands before and after it in a path."""
        return path.strip("/").removeprefix(self.base).strip("/")

    async def _send(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        if self.is_known(scope["path"]):
            script = self.script(self._below(scope["path"]))
            first = f'<head>\n<script type="module">\n{script}</script>'
            body = body.replace(b"<head>", first.encode(), 1)
            for text in _script_in(body):
                allow_script(scope, text.decode())
        else:
            start = {**start, "status": 404}
            body = self.help(scope["path"], scope["query_string"].decode("latin-1")).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("etag", "last-modified"):
            del headers[name]
        headers["content-length"] = str(len(body))
        is_head = scope["method"] == "HEAD"
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b"" if is_head else body})

    def help(self, path: str, query: str) -> str:
        """The page that says that there is none at a path, and which there are."""
        kept = {name: value for name, value in parse_qs(query).items() if name in _KEPT}
        up = "../" * (path.count("/") - 1) or "./"
        rest = f"?{urlencode(kept, doseq=True)}" if kept else ""
        links = {
            address: f'<a href="{html(up + address + rest)}">{html(title)}</a>'
            for address, title in self.pages.items()
        }
        words = self._below(path).lower().split("/")
        meant = next(iter(get_close_matches(words[0], self.pages, 1)), "")
        guess = f"Perhaps you look for {links[meant]}. " if meant else ""
        return _HELP.format(
            address=html(path if len(path) <= 120 else f"{path[:119]}…"),
            guess=f"{guess}These are the pages there are:",
            links="\n".join(f"<li>{link}</li>" for link in links.values()),
        )


def _is_page(start: Message) -> bool:
    is_html = Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
    return is_html and start["status"] == 200
