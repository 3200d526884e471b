"""A Wine in which files that another build of Wine made stand in place of its own DLLs of the same names.

Wine loads what it built only as a part of itself: asked for such a file by its path it takes its own DLL of that name
and reports the file's path. So the files are put where Wine keeps its own: in a copy of its folders that consists of
links, but for the two files by which Wine finds the others.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from apibuf_common.errors import CannotRun
from apibuf_setup import dependencies
from apibuf_setup.wine import Wine, ignoring_case

ARCHITECTURES = {"windows-x86_64": "x86_64", "windows-i686": "i386"}
"""What Wine calls the processor of a platform."""

HELPERS = {"netapi32.dll": ("netutils.dll",), "netutils.dll": ()}
"""The DLLs of the same build that a DLL is tested with."""


@dataclass(frozen=True)
class Places:
    """Where a Wine has its files, as it sees them itself: installed, or in its build tree."""

    loader: PurePosixPath
    dlls: PurePosixPath
    is_build_tree: bool

    def windows_part(self, name: str, architecture: str) -> PurePosixPath:
        """Where a DLL is."""
        folder = self.dlls / name.removesuffix(".dll") if self.is_build_tree else self.dlls
        return folder / f"{architecture}-windows" / name

    def unix_part(self, name: str, architecture: str) -> PurePosixPath:
        """Where the part of a DLL is that is a library of Unix, if the DLL has one."""
        stem = name.removesuffix(".dll")
        folder = self.dlls / (stem if self.is_build_tree else f"{architecture}-unix")
        return folder / f"{stem}.so"


def name_in_wine(library: Path) -> str:
    """The name under which Wine loads a DLL that it built: its own, whatever the file is called now."""
    return dependencies.module_name(library) or library.name.lower()


def with_builtins(wine: Wine, library: Path, platform: str, folder: Path) -> Wine:
    """This Wine with the library, and with what lies beside it and belongs to it, in place of its own files.

    library: a DLL that Wine built, for this platform. folder: an empty one, which must live as long as the Wine is
    used. Raises CannotRun.
    """
    places = _places(wine)
    architecture = ARCHITECTURES[platform]
    name = name_in_wine(library)
    own = _outside(wine, places.windows_part(name, architecture))
    if not own.exists():
        raise CannotRun(
            f"{wine.command[-1]} has no {name} for {platform} in {places.dlls}, so that {library} cannot take its "
            "place; name another Wine with --wine"
        )
    if own.samefile(library):
        return wine
    replaced: dict[PurePosixPath, Path] = {}
    for file in (library, *_helpers(library, name)):
        in_wine = name if file == library else file.name.lower()
        replaced[places.windows_part(in_wine, architecture)] = file
        unix_part = _unix_part(file, in_wine, architecture)
        if unix_part is not None:
            replaced[places.unix_part(in_wine, architecture)] = unix_part
    try:
        loader = _Copy(wine, folder, replaced).make(places, architecture)
    except OSError as error:
        raise CannotRun(f"the links to Wine's files could not be made in {folder}: {error}") from error
    return replace(wine, command=(*wine.command[:-1], wine.inside(loader)))


def _places(wine: Wine) -> Places:
    """Asks the Wine where its files are: it says so in the environment of every program. Raises CannotRun."""
    text = wine.output_of("cmd", "/d", "/c", "set").decode(errors="surrogateescape")
    values = dict(re.findall(r"^(WINE\w+)=(.*?)\r?$", text, re.MULTILINE))
    loader = values.get("WINELOADER") or shutil.which(wine.command[-1]) or wine.command[-1]
    is_build_tree = "WINEBUILDDIR" in values
    folder = values.get("WINEBUILDDIR" if is_build_tree else "WINEDLLDIR0", "")
    dlls = folder.removeprefix("\\??\\").removeprefix("Z:").replace("\\", "/")
    if not dlls.startswith("/") or not loader.startswith("/"):
        raise CannotRun(f"{wine.command[-1]} does not say where its DLLs are; use Wine 6.0 or later")
    return Places(
        PurePosixPath(os.path.normpath(loader)),
        PurePosixPath(os.path.normpath(dlls)) / ("dlls" if is_build_tree else ""),
        is_build_tree,
    )


def _helpers(library: Path, name: str) -> Iterator[Path]:
    """What the same build made and the DLL is tested with: beside it, or in its folder of a build tree."""
    stem = name.removesuffix(".dll")
    for helper in HELPERS.get(name, ()):
        other = helper.removesuffix(".dll")
        in_build_tree = Path(*(other if part == stem else part for part in library.parent.parts))
        for folder in (library.parent, in_build_tree):
            file = ignoring_case(folder, (helper,))
            if file is not None and file.is_file() and dependencies.is_built_by_wine(file):
                yield file
                break


def _unix_part(file: Path, name: str, architecture: str) -> Path | None:
    """The part of a DLL that Wine keeps as a library of Unix; None where there is none of the same build."""
    part = name.removesuffix(".dll") + ".so"
    folders = [file.parent]
    if file.parent.name == f"{architecture}-windows":
        folders = [file.parent.parent / f"{architecture}-unix", file.parent.parent]
    return next((folder / part for folder in folders if (folder / part).is_file()), None)


def _outside(wine: Wine, inside: PurePosixPath) -> Path:
    """Where the machine has a file of the Wine."""
    return wine.root / inside.relative_to("/")


class _Copy:
    """A copy of Wine's folders in links, with some files replaced."""

    def __init__(self, wine: Wine, folder: Path, replaced: Mapping[PurePosixPath, Path]) -> None:
        self._wine = wine
        self._folder = folder
        self._replaced = replaced

    def make(self, places: Places, architecture: str) -> Path:
        """Makes it, and returns its loader. Raises OSError."""
        # By the place of its loader Wine finds ntdll.so, and by the place of that all others: these two are no links.
        copied = {places.loader, places.unix_part("ntdll.dll", architecture)}
        top = _common_folder(self._wine, places)
        folders = {
            parent
            for file in (*copied, *self._replaced)
            for parent in file.parents
            if parent == top or top in parent.parents
        }
        for folder in sorted(folders):
            self._fill(folder, top, folders, copied)
        return self._at(places.loader, top)

    def _fill(
        self, folder: PurePosixPath, top: PurePosixPath, folders: set[PurePosixPath], copied: set[PurePosixPath]
    ) -> None:
        self._at(folder, top).mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in _outside(self._wine, folder).iterdir()}
        names |= {file.name for file in self._replaced if file.parent == folder}
        for name in names:
            file = folder / name
            if file in folders:
                continue
            if file in copied:
                shutil.copy2(_outside(self._wine, file), self._at(file, top))
            elif file in self._replaced:
                self._at(file, top).symlink_to(self._wine.inside(self._replaced[file]))
            else:
                self._at(file, top).symlink_to(file)

    def _at(self, file: PurePosixPath, top: PurePosixPath) -> Path:
        return self._folder / file.relative_to(top)


def _common_folder(wine: Wine, places: Places) -> PurePosixPath:
    """The folder that holds all files of the Wine: the one above its programs and DLLs that has its data as well."""
    common = PurePosixPath(os.path.commonpath((places.loader.parent, places.dlls)))
    if places.is_build_tree:
        return common
    for folder in (common, *common.parents):
        with suppress(OSError):
            if _outside(wine, folder / "share" / "wine").is_dir():
                return folder
    return common
