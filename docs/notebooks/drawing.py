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
    "font": "system-ui, sans-serif",
    "axis": {**_INK, "domainColor": "#888", "tickColor": "#888", "gridColor": "#8886", "labelLimit": 260},
    "header": _INK,
    "legend": {**_INK, "orient": "top"},
    "text": {"color": "currentColor"},
    "title": {"color": "currentColor", "anchor": "start"},
    "view": {"stroke": None},
}


def _inline(spec: dict[str, Any]) -> dict[str, str]:
    """The chart as a drawing within the page."""
    drawn = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG})
    about = escape(spec.get("description", "A chart of the figures above"), quote=True)
    drawn = drawn.replace("<svg ", f'<svg role="img" aria-label="{about}" style="max-width:100%;height:auto" ', 1)
    return {"text/html": f'<div class="chart">{drawn}</div>', "text/plain": spec.get("description", "a chart")}


alt.renderers.register("inline", _inline)
alt.renderers.enable("inline")
