"""How charts are drawn on these pages: as they are read, without a script, in the colours of the page.

A notebook of your own needs nothing of this: Altair's charts show themselves.
"""

from __future__ import annotations

from html import escape
from typing import Any

import altair as alt
import vl_convert

_INK = {"labelColor": "currentColor", "titleColor": "currentColor"}
_CONFIG = {
    "background": "transparent",
    "font": "Arial, sans-serif",
    "axis": {**_INK, "domainColor": "#888", "tickColor": "#888", "gridColor": "#8886", "labelLimit": 300},
    "header": _INK,
    "legend": {**_INK, "orient": "top"},
    "text": {"color": "currentColor"},
    "title": {"color": "currentColor", "anchor": "start"},
    "view": {"stroke": None},
}


def _inline(spec: dict[str, Any]) -> dict[str, str]:
    """The chart as a drawing within the page."""
    drawn = vl_convert.vegalite_to_svg(
        {**spec, "config": _CONFIG, "padding": {"left": 5, "right": 40, "top": 5, "bottom": 5}}
    )
    about = escape(spec.get("description", "A chart of the figures above"), quote=True)
    drawn = drawn.replace("<svg ", f'<svg role="img" aria-label="{about}" ', 1)
    return {
        "text/html": f'<div class="chart" style="overflow-x:auto">{drawn}</div>',
        "text/plain": spec.get("description", "a chart"),
    }


alt.renderers.register("inline", _inline)
alt.renderers.enable("inline")
