"""Which platform a library file is for. Headers are made here, so that each lie is a single one."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from apibuf_common.errors import BadInput, CannotRun
from apibuf_targets.binary import platform_of


def elf64(machine: int = 62, kind: int = 3, word_class: int = 2, order: int = 1, segment_bytes: int = 120) -> bytes:
    """An ELF header and one PT_LOAD program header, which fill the file's 120 bytes."""
    identity = b"\x7fELF" + bytes([word_class, order, 1]) + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return identity + header + struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, segment_bytes, segment_bytes, 4096)


def elf32(machine: int = 3, segment_bytes: int = 84) -> bytes:
    identity = b"\x7fELF" + bytes([1, 1, 1]) + bytes(9)
    header = struct.pack("<HHIIIIIHHHHHH", 3, machine, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return identity + header + struct.pack("<IIIIIIII", 1, 0, 0, 0, segment_bytes, segment_bytes, 5, 4096)


def pe(
    machine: int = 0x8664, magic: int = 0x20B, flags: int = 0x2000, headers: int = 64, section_bytes: int = 8
) -> bytes:
    """A DOS header, PE headers with a two-byte optional header, one section header, and 8 bytes of section."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", headers)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 2, flags)
    start = 64 + len(coff) + 2 + 40
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", 8, 0, section_bytes, start, 0, 0, 0, 0, 0)
    return dos + coff + struct.pack("<H", magic) + section + bytes(8)


Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_one(data: bytes) -> Path:
        file = tmp_path / "library"
        file.write_bytes(data)
        return file

    return write_one


@pytest.mark.parametrize(
    ("data", "platform"),
    [
        (elf64(), "linux-x86_64"),
        (elf64(machine=183), "linux-aarch64"),
        (elf32(), "linux-i686"),
        (pe(), "windows-x86_64"),
        (pe(machine=0x14C, magic=0x10B), "windows-i686"),
    ],
)
def test_a_library_is_recognised_by_its_headers(data: bytes, platform: str, write: Write) -> None:
    assert platform_of(write(data)) == platform


@pytest.mark.parametrize("data", [elf64(machine=243), elf32(machine=40), pe(machine=0xAA64)])
def test_a_library_of_another_machine_cannot_be_run(data: bytes, write: Write) -> None:
    with pytest.raises(CannotRun, match=r"library for (RISC-V|Arm|AArch64);"):
        platform_of(write(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "is empty", id="an empty file"),
        pytest.param(b"#!/bin/sh\n", "neither ELF nor PE", id="a text"),
        pytest.param(elf64(word_class=1), "contradict", id="a 32-bit x86_64"),
        pytest.param(elf64(kind=2), "no shared library", id="an ELF program"),
        pytest.param(elf64(segment_bytes=121), "ends beyond the file", id="a segment beyond the file"),
        pytest.param(elf64(segment_bytes=2**64 - 1), "ends beyond the file", id="a segment beyond all files"),
        pytest.param(elf32(segment_bytes=85), "ends beyond the file", id="a 32-bit segment beyond the file"),
        pytest.param(elf64()[:32] + b"\xff" * 8 + elf64()[40:], "cut short", id="program headers beyond all files"),
        pytest.param(pe(magic=0x10B), "contradict", id="a 32-bit header for x86_64"),
        pytest.param(pe(flags=0), "no DLL", id="a Windows program"),
        pytest.param(pe(headers=2**32 - 1), "DOS program", id="PE headers beyond the file"),
        pytest.param(pe(section_bytes=9), "ends beyond the file", id="a section beyond the file"),
    ],
)
def test_a_file_that_is_no_library_is_bad_input(data: bytes, reason: str, write: Write) -> None:
    with pytest.raises(BadInput, match=reason):
        platform_of(write(data))


@pytest.mark.parametrize("whole", [elf64(), elf32(), pe()])
def test_a_file_cut_anywhere_is_bad_input(whole: bytes, write: Write) -> None:
    for length in range(len(whole)):
        with pytest.raises(BadInput):
            platform_of(write(whole[:length]))


def test_a_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        platform_of(tmp_path)
