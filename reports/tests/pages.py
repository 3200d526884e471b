"""What an HTML page says, apart from how it looks."""

import html
import json
import re
from typing import Any


def without_style_and_script(page: str) -> str:
    """Returns the page without what it takes as it is from files of its own (test_html), so that a golden page changes
    with what the page says only."""
    cut = re.sub(r"(<style>|<script type=\"module\">).*?(</)", r"\1\2", page, flags=re.DOTALL)
    return re.sub(r"sha256-[^;]*?&#39;", "sha256-&#39;", cut)


def embedded(page: str) -> dict[str, Any]:
    """Returns the data that the page gives to its script."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def visible(page: str) -> list[str]:
    """Returns the texts between the tags of the page's body that are not made by its script, without their layout."""
    body = re.sub(r"<(script|style|svg).*?</\1>", "", page.partition("<body")[2], flags=re.DOTALL)
    texts = (html.unescape(" ".join(text.split())) for text in re.split(r"<[^>]*>", body.partition(">")[2]))
    return [text for text in texts if text]
