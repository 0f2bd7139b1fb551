"""The first section: the collection in a few numbers, pictures and answers."""

from collections.abc import Iterator

from contrast_engine.report.charts import ACCENT, Row, ranges
from contrast_engine.report.document import (
    Fact,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Part,
    Pictures,
    Section,
    Table,
)
from contrast_engine.report.material import Material
from contrast_engine.views.overview import Number, Profile

OUTSIDE = "#d55e00"
NAME, TITLE = "overview", "Overview"


def overview(material: Material) -> Section:
    """What the collection is, how its contrast lies, what is known and what is not."""
    found = material.overview
    parts: list[Part] = [Facts(tuple(_facts(material)))]
    if found.contact_sheet:
        sheet = found.contact_sheet
        pictures = material.pictures(sheet.images)
        parts.append(Pictures("overview.contact-sheet", pictures, sheet.how))
    if found.profile:
        parts += [Heading("Contrast profile"), Paragraph(found.profile.sentence),
                  _profile(found.profile)]  # fmt: skip
    if found.verdicts:
        parts += [Heading("What the evidence says"), Paragraph(found.verdicts.sentence)]
        parts.append(_answers(material))
    parts += [Heading("What is not known"), Paragraph(found.unknown.sentence)]
    if found.unknown.items:
        rows = tuple((one.what, f"{one.count:,}", f"{one.n:,}") for one in found.unknown.items)
        parts.append(Table("What is not known", ("What", "Count", "Out of"), rows,
                           frozenset({1, 2})))  # fmt: skip
    parts += [Heading("Next"), Paragraph(found.next_step.sentence)]
    return Section(NAME, TITLE, _sentence(material), tuple(parts))


def _sentence(material: Material) -> str:
    found = material.overview
    said = [one.sentence for one in (found.clusters, found.labels) if one]
    return " ".join(said) or "What the collection is, what is known of it, and what is not."


def _facts(material: Material) -> Iterator[Fact]:
    found = material.overview
    yield Fact("Images", f"{found.images:,}", f"different pictures in {found.files:,} files")
    yield Fact("Measured", f"{found.measured:,}", f"of {found.images:,} images")
    if found.clusters:
        yield Fact("Clusters", f"{len(found.clusters.clusters):,}",
                   f"{found.clusters.headline}; n = {found.clusters.n:,} images")  # fmt: skip
    if found.issues:
        one = found.issues
        yield Fact("With an issue", f"{one.images:,}", f"of {one.n:,} images, by the limits in use")
    if found.labels:
        yield Fact("Labelled", f"{found.labels.labelled:,}", f"images, by {found.labels.by}")
        error = found.labels.error
        if error and error.value is not None:
            yield Fact("Wrong answers", f"{error.value:.0%}", _rests_on(error))


def _rests_on(error: Number) -> str:
    ends = ""
    if error.low is not None and error.high is not None:
        ends = f"95% interval {error.low:.0%} to {error.high:.0%}; "
    return f"{ends}n = {error.n:,}, {error.space.partition(';')[0]}"


def _profile(profile: Profile) -> Figure:
    rows = [
        Row(
            one.title,
            one.shift.value,
            _shift(one.shift.value, one.shift.low, one.shift.high),
            one.shift.low,
            one.shift.high,
            0.0,
            one.shift.n,
            one.shift.space,
            OUTSIDE if one.is_outside else ACCENT,
        )
        for one in profile.features
    ]
    unit = "median here minus that of the reference, in its interquartile ranges"
    title = f"{profile.of[:1].upper()}{profile.of[1:]} beside {profile.reference}"
    chart = ranges("overview.profile", title, rows, unit=unit, ends=(-1.0, 1.0), band=(-0.5, 0.5))
    return Figure(
        chart,
        f"{title}: the shift of every core feature's median with its 95% interval "
        f"(n = {profile.n:,} images beside {profile.n_reference:,}). Dashed: no shift. "
        f"Orange: outside the middle half of the reference, {len(profile.outside):,} of "
        f"{len(profile.features):,} features.",
    )


def _shift(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "not measured"
    ends = f" ({low:+.2f} to {high:+.2f})" if low is not None and high is not None else ""
    return f"{value:+.2f}{ends}".replace("-", "\N{MINUS SIGN}")


def _answers(material: Material) -> Table:
    found = material.overview.verdicts
    answers = found.answers if found else ()
    return Table(
        "Answers of the evidence",
        ("Answer", "Question", "Because"),
        tuple((one.answer, one.question, one.because) for one in answers),
        verdicts=tuple(one.verdict for one in answers),
    )
