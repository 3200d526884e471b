"""The DLLs in the folder of a DLL that it needs: those that it imports, and those that it forwards its exports to."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from pathlib import Path

# What Windows takes from its own folder, whatever lies beside a program.
SYSTEM_DLLS = re.compile(
    "advapi32|combase|comdlg32|gdi32|imm32|kernel32|kernelbase|msvcrt|ntdll|ole32|oleaut32|psapi|rpcrt4|sechost|"
    "setupapi|shell32|shlwapi|ucrtbase|user32|win32u|ws2_32|api-ms-.*|ext-ms-.*"
)
BUILT_BY_WINE = b"Wine builtin DLL"
PE32_PLUS = 0x20B


def beside(library: Path, asked_for: Iterable[str] = ()) -> tuple[Path, ...]:
    """What lies beside a DLL and is needed by it, by what that needs, and so on; without the DLLs of the system itself.

    A file that Wine built is not included: it stands for a part of Wine, and cannot be loaded. asked_for: names in
    lower case that are needed as well. Raises OSError if the folder cannot be read.
    """
    files = {file.name.lower(): file for file in library.parent.iterdir()}
    found = {library.name.lower(): library}
    names = [*asked_for, *_needed(library)]
    while names:
        name = names.pop()
        file = files.get(name)
        if file is None or name in found or SYSTEM_DLLS.fullmatch(name.removesuffix(".dll")) or is_built_by_wine(file):
            continue
        found[name] = file
        names.extend(_needed(file))
    return tuple(file for file in found.values() if file != library)


def is_built_by_wine(file: Path) -> bool:
    """Whether a DLL stands for a part of Wine. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(0x40 + len(BUILT_BY_WINE))[0x40:] == BUILT_BY_WINE


def module_name(file: Path) -> str | None:
    """The name that a DLL had when it was linked, in lower case; None where it says none. Raises OSError."""
    try:
        return _Image(file.read_bytes()).name()
    except (struct.error, ValueError):
        return None


def _needed(file: Path) -> set[str]:
    """The names of the DLLs that a DLL imports or forwards to, in lower case; those up to where it makes no sense."""
    names: set[str] = set()
    try:
        image = _Image(file.read_bytes())
        names.update(image.forwarded_to())
        names.update(image.imported())
    except (OSError, struct.error, ValueError):
        pass
    return names


class _Image:
    """The bytes of a DLL, read by the addresses that they have when it is loaded."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (headers,) = struct.unpack_from("<I", data, 0x3C)
        sections, optional_bytes = struct.unpack_from("<H12xH", data, headers + 6)
        optional = headers + 24
        (magic,) = struct.unpack_from("<H", data, optional)
        directories = optional + (112 if magic == PE32_PLUS else 96)
        self._exports = struct.unpack_from("<II", data, directories)
        self._imports = struct.unpack_from("<II", data, directories + 8)
        table = optional + optional_bytes
        self._sections = [struct.unpack_from("<IIII", data, table + 40 * i + 8) for i in range(sections)]

    def name(self) -> str:
        """The name in its table of exports. Raises ValueError, struct.error."""
        (address,) = struct.unpack_from("<I", self._data, self._place(self._exports[0]) + 12)
        return self._text(address)

    def forwarded_to(self) -> set[str]:
        """The DLLs behind its forwarders. Raises ValueError, struct.error."""
        start, size = self._exports
        if size == 0:
            return set()
        count, _, addresses = struct.unpack_from("<III", self._data, self._place(start) + 20)
        places = struct.unpack_from(f"<{min(count, 2**16)}I", self._data, self._place(addresses))
        # An address within the directory is that of a forwarder's text.
        texts = [self._text(place) for place in places if start <= place < start + size]
        return {text.rpartition(".")[0] + ".dll" for text in texts if "." in text}

    def imported(self) -> set[str]:
        """The DLLs that it imports. Raises ValueError, struct.error."""
        names = set()
        start, size = self._imports
        place = self._place(start) if size else 0
        while place:
            (name,) = struct.unpack_from("<I", self._data, place + 12)
            if name == 0:
                break
            names.add(self._text(name))
            place += 20
        return names

    def _place(self, address: int) -> int:
        """Where an address lies in the file. Raises ValueError."""
        for size, start, stored, place in self._sections:
            if start <= address < start + max(size, stored):
                return int(place + address - start)
        raise ValueError(f"no section holds the address {address:#x}")

    def _text(self, address: int) -> str:
        """A name, in lower case. Raises ValueError."""
        place = self._place(address)
        return self._data[place : self._data.index(b"\0", place)].decode("ascii").lower()
