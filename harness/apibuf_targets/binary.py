"""Finds which platform a library file is for, by its ELF or PE headers. A header that lies is a bad file."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from apibuf_common import files, platforms
from apibuf_common.errors import BadInput, CannotRun
from apibuf_common.platforms import BinaryFormat

MOST_BYTES = 1024 * files.MEBIBYTE

ELF_CLASSES = {32: 1, 64: 2}
"""By the number of bits in a word."""

ELF_MACHINES = {
    3: "i386",
    8: "MIPS",
    20: "PowerPC",
    21: "PowerPC64",
    22: "S390",
    40: "Arm",
    62: "x86_64",
    183: "AArch64",
    243: "RISC-V",
    258: "LoongArch",
}
ELF_SHARED_OBJECT = 3
ELF_LOAD = 1

PE_MAGICS = {32: 0x10B, 64: 0x20B}
"""By the number of bits in a word."""

PE_MACHINES = {0x14C: "i386", 0x1C0: "Arm", 0x1C4: "Arm", 0x8664: "x86_64", 0xAA64: "AArch64", 0x5064: "RISC-V"}
PE_DLL = 0x2000


class ForeignLibrary(CannotRun):
    """The library is for a machine that there is no worker for."""


def platform_of(path: Path) -> str:
    """The platform of the library, such as `linux-x86_64`.

    Raises BadInput where the file is no library, CannotRun where it is one of a machine that no worker runs on.
    """
    data = files.read(path, MOST_BYTES, "a target (see `apibuf targets`) or the file of a library")
    try:
        if data[:4] == b"\x7fELF":
            return _elf_platform(path, data)
        if data[:2] == b"MZ":
            return _pe_platform(path, data)
    except struct.error:
        raise BadInput(f"{path} is cut short within its headers; get the whole file") from None
    what = "is empty" if not data else "is neither ELF nor PE"
    raise BadInput(f"{path} {what}; name a shared library for Linux or a DLL")


def _elf_platform(path: Path, data: bytes) -> str:
    word_class, byte_order = struct.unpack_from("BB", data, 4)
    order = ">" if byte_order == 2 else "<"
    kind, machine = struct.unpack_from(f"{order}HH", data, 16)
    if machine not in _machines(BinaryFormat.ELF):
        raise _foreign(path, ELF_MACHINES.get(machine, f"machine {machine}"))
    platform = _platform_of(BinaryFormat.ELF, machine, ELF_CLASSES, word_class)
    if platform is None or byte_order != 1:
        raise BadInput(f"{path} has ELF headers that contradict themselves (machine, class, byte order); rebuild it")
    if kind != ELF_SHARED_OBJECT:
        raise BadInput(f"{path} is ELF but no shared library; link it with -shared")
    _check_elf_segments(path, data, word_class)
    return platform


def _check_elf_segments(path: Path, data: bytes, word_class: int) -> None:
    """Every segment that is to be loaded must lie in the file: the loader maps what is not there, and dies of it."""
    if word_class == 2:
        table, entry_bytes, count = *struct.unpack_from("<Q", data, 32), *struct.unpack_from("<HH", data, 54)
    else:
        table, entry_bytes, count = *struct.unpack_from("<I", data, 28), *struct.unpack_from("<HH", data, 42)
    loads = 0
    for index in range(count):
        place = table + index * entry_bytes
        if word_class == 2:
            kind, _, offset, _, _, size = struct.unpack_from("<IIQQQQ", data, _sane(place))
        else:
            kind, offset, _, _, size = struct.unpack_from("<IIIII", data, _sane(place))
        if kind == ELF_LOAD:
            loads += 1
            if offset + size > len(data):
                raise BadInput(f"{path} is cut short: a segment ends beyond the file; get the whole file")
    if loads == 0:
        raise BadInput(f"{path} is ELF with nothing to load; link it with -shared")


def _pe_platform(path: Path, data: bytes) -> str:
    (headers,) = struct.unpack_from("<I", data, 0x3C)
    if data[headers : headers + 4] != b"PE\0\0":
        raise BadInput(f"{path} starts as a DOS program and holds no PE headers; name a DLL")
    machine, sections = struct.unpack_from("<HH", data, headers + 4)
    optional_bytes, characteristics, magic = struct.unpack_from("<HHH", data, headers + 20)
    if machine not in _machines(BinaryFormat.PE):
        raise _foreign(path, PE_MACHINES.get(machine, f"machine {machine:#x}"))
    platform = _platform_of(BinaryFormat.PE, machine, PE_MAGICS, magic)
    if platform is None:
        raise BadInput(f"{path} has PE headers that contradict themselves (machine, magic); rebuild it")
    if not characteristics & PE_DLL:
        raise BadInput(f"{path} is PE but no DLL; link it with -shared")
    for index in range(sections):
        size, offset = struct.unpack_from("<II", data, headers + 24 + optional_bytes + 40 * index + 16)
        if offset + size > len(data):
            raise BadInput(f"{path} is cut short: a section ends beyond the file; get the whole file")
    return platform


def _platform_of(binary_format: BinaryFormat, machine: int, widths: Mapping[int, int], width: int) -> str | None:
    """The name of the platform with such headers; `width` says how wide a word is, in the numbers of `widths`."""
    for platform in platforms.load_all().values():
        binary = platform.binary
        if (binary.format, binary.machine, widths[binary.word_bits]) == (binary_format, machine, width):
            return platform.name
    return None


def _machines(binary_format: BinaryFormat) -> tuple[int, ...]:
    """The machines of the platforms with this format, as its headers number them."""
    binaries = (platform.binary for platform in platforms.load_all().values())
    return tuple(binary.machine for binary in binaries if binary.format == binary_format)


def _sane(offset: int) -> int:
    """An offset that struct accepts; one beyond every file is as good as one just beyond this one."""
    return min(offset, 2**62)


def _foreign(path: Path, machine: str) -> ForeignLibrary:
    known = ", ".join(ELF_MACHINES[number] for number in _machines(BinaryFormat.ELF))
    return ForeignLibrary(
        f"{path} is a library for {machine}; there are workers for {known}, so build it for one of those"
    )
