"""Checks connectors themselves: whether they speak the protocol of conformance/CONNECTORS.md."""
