"""The runner: starts workers, survives what they do, and collects one result stream.

It is one host of the protocol in conformance/PROTOCOL.md. It never loads an implementation itself.
"""
