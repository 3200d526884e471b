"""A badge for a README: a picture that needs no service."""

from collections.abc import Sequence
from html import escape

from apibuf_reports import badge_text
from apibuf_reports.stream import Stream

DESCRIPTION = "SVG badge: the suite's version, whether the targets conform, and to how much of it"
FILE_NAME = "badge.svg"

HEIGHT_PX = 20
PADDING_PX = 6
CHARACTER_WIDTH_PX = 7
HEX_COLORS = {
    "brightgreen": "#2e7d32",
    "blue": "#1565c0",
    "orange": "#b35900",
    "red": "#c62828",
    "lightgrey": "#616161",
}


def render(streams: Sequence[Stream]) -> str:
    """Returns one badge for all the streams."""
    label, message = badge_text.label(streams), badge_text.message(streams)
    label_width, message_width = _width_px(label), _width_px(message)
    width = label_width + message_width
    spoken = escape(f"{label}: {message}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT_PX}" role="img" aria-label="{spoken}">
  <title>{spoken}</title>
  <rect width="{label_width}" height="{HEIGHT_PX}" fill="#424242"/>
  <rect x="{label_width}" width="{message_width}" height="{HEIGHT_PX}" fill="{HEX_COLORS[badge_text.color(streams)]}"/>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    {_text(label, 0, label_width)}
    {_text(message, label_width, message_width)}
  </g>
</svg>
"""


def _width_px(text: str) -> int:
    return CHARACTER_WIDTH_PX * len(text) + 2 * PADDING_PX


def _text(text: str, left_px: int, width_px: int) -> str:
    """Returns the text stretched to its width: fonts differ, and a picture cannot measure them."""
    length = width_px - 2 * PADDING_PX
    return f'<text x="{left_px + PADDING_PX}" y="14" textLength="{length}">{escape(text)}</text>'
