"""Options of the renderers' tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that writes the golden files instead of comparing with them."""
    parser.addoption("--update-golden", action="store_true", help="write the reports' golden files anew")
