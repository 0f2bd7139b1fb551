"""The contrast profile: each feature of the collection beside the middle half of a reference."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.overview import Profile, ProfileFeature
from pages.overview import card, style

LEAST, MOST = 1.5, 6.0
"""Middle halves of the reference that are drawn to either side of its median, at least and at most
(own choice); what lies farther out stands at the edge.
"""

STYLE = """<style>
.ov-profile { padding: 0.4rem 0; }
.ov-profile .ov-row { grid-template-columns: minmax(0, 13.5rem) minmax(4rem, 1fr) minmax(0, 16rem);
  line-height: 1.25; font-size: 0.82rem; padding: 0.12rem 0; }
.ov-profile .ov-row > span:not(.ov-track) { white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.ov-profile .ov-row > span:first-child { display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 2; white-space: normal; line-height: 1.15; }
.ov-profile .out > span:first-child, .ov-profile .out > span:last-child { font-weight: 600; }
.ov-profile .in > span:last-child, .ov-profile .in > span:first-child { opacity: 0.75; }
.ov-profile.inside .ov-row { grid-template-columns: minmax(0, 13.5rem) minmax(4rem, 1fr); }
.ov-profile.inside .ov-num { display: none; }
.ov-track { position: relative; display: block; pointer-events: none; height: 1.05rem; }
.ov-track i { position: absolute; top: 50%; transform: translateY(-50%); }
.ov-track .half { height: 0.8rem; background: rgba(128, 128, 128, 0.3); border-radius: 2px; }
.ov-track .own { height: 2px; background: currentColor; opacity: 0.55; }
.ov-track .middle { width: 9px; height: 9px; margin-left: -4.5px; border-radius: 5px;
  background: currentColor; }
.ov-profile .out .middle, .ov-profile .out .own { background: light-dark(#b85c00, #f0a648); }
</style>"""


def show(found: Profile) -> None:
    """Draw one line a feature, the sentence above and the legend below."""
    farthest = max(abs(one.shift.value or 0) for one in found.features)
    reach = min(MOST, max(LEAST, 1.1 * farthest))
    rows = "".join(_row(one, reach) for one in found.features)
    side = "" if found.outside else " inside"
    legend = (
        f"Grey: middle half of the reference; line: middle half of {found.of}; dot: its median."
    )
    if found.outside:
        legend += (
            " Numbers: its distance from the median of the reference in such middle halves, with "
            "the 95% interval (bootstrap)."
        )
    if farthest > reach:
        legend += " What lies farther out stands at the edge."
    with card.frame("profile", "Contrast profile", found):
        st.html(
            f"{STYLE}{style.note(found.sentence)}<div class='ov-profile{side}'>{rows}</div>"
            f"{style.note(legend)}"
        )


def _row(one: ProfileFeature, reach: float) -> str:
    side = "out" if one.is_outside else "in"
    words = one.words if one.is_outside else ""
    shift = one.shift
    if (
        one.is_outside
        and shift.value is not None
        and shift.low is not None
        and shift.high is not None
    ):
        words += f" {shift.value:+.1f} ({shift.low:+.1f} to {shift.high:+.1f})"
    return (
        f"<div class='ov-row {side}'>"
        f"<span title='{html(one.title)}'>{html(one.title)}</span>{_track(one, reach)}"
        f"<span class='ov-num'>{html(words.replace('-', chr(0x2212)))}</span></div>"
    )


def _track(one: ProfileFeature, reach: float) -> str:
    width = one.reference.q3 - one.reference.q1
    if width <= 0:
        return "<span class='ov-track'></span>"

    def at(value: float) -> float:
        steps = (value - one.reference.median) / width
        return 50 + 49 * max(-reach, min(reach, steps)) / reach

    def bar(kind: str, low: float, high: float) -> str:
        return f"<i class='{kind}' style='left:{at(low):.1f}%;width:{at(high) - at(low):.1f}%'></i>"

    return (
        f"<span class='ov-track' aria-hidden='true'>"
        f"{bar('half', one.reference.q1, one.reference.q3)}"
        f"{bar('own', one.own.q1, one.own.q3)}"
        f"<i class='middle' style='left:{at(one.own.median):.1f}%'></i></span>"
    )
