"""Tables of a collection: its problems, and its features."""

from collections.abc import Iterable

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.store.collection import Problem
from contrast_engine.views.collection.feature_overview import FeatureOverview, number


def problems(rows: Iterable[Problem]) -> None:
    """Draw the files that could not be used, each with its reason."""
    st.dataframe(
        [{"File": plain(row.path), "Why it could not be used": plain(row.reason)} for row in rows],
        hide_index=True,
        height="content",
    )


def features(rows: Iterable[FeatureOverview]) -> None:
    """Draw one row per feature: its spread in numbers and bars, and what it says."""
    st.dataframe(
        [
            {
                "Feature": row.title,
                "Spread": row.counts,
                "5%": number(row.low),
                "Median": number(row.median),
                "95%": number(row.high),
                "Unit": row.unit,
                "Used for the map": row.core,
                "What it says": row.summary,
            }
            for row in rows
        ],
        hide_index=True,
        height=420,
        row_height=40,
        column_config={
            "Feature": st.column_config.TextColumn(pinned=True),
            "Spread": st.column_config.BarChartColumn(
                help="Images per value, low values left.", y_min=0
            ),
            "5%": st.column_config.TextColumn(help="5% of the images lie below this value."),
            "95%": st.column_config.TextColumn(help="5% of the images lie above this value."),
            "Used for the map": st.column_config.CheckboxColumn(
                help="Map and clusters are made from these features; the others are extra evidence."
            ),
            "What it says": st.column_config.TextColumn(width="large"),
        },
    )
