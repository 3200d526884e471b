"""What is measured: the scenarios of conformance/benchmark, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """One scenario. Its time is that of one `once`, such as a round. `counted`: its instructions are counted too."""

    name: str
    title: str
    once: str
    counted: bool = False


SCENARIOS = (
    Scenario("allocate-size-free", "64 bytes are allocated, asked for their size, freed", "round", counted=True),
    Scenario("allocate-free", "64 bytes are allocated and freed", "round"),
    Scenario(
        "mixed-sizes",
        "1,000 buffers of 16 to 4,096 bytes are live, and one after another is replaced",
        "replacement",
        counted=True,
    ),
    Scenario("mixed-sizes-2-threads", "the same in 2 threads at once, each with its own 1,000", "replacement"),
    Scenario("mixed-sizes-4-threads", "the same in 4 threads at once", "replacement"),
    Scenario(
        "grow-by-doubling", "a buffer grows from 16 bytes to 1 MiB, to twice its size each time", "growth", counted=True
    ),
    Scenario("grow-by-steps", "a buffer grows to 64 KiB, by 64 bytes each time", "growth", counted=True),
    Scenario("producer-consumer", "one thread allocates 64 bytes, another one frees them", "buffer"),
    Scenario("million-live", "1,000,000 buffers of 64 bytes are allocated, then all are freed", "buffer"),
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
