"""`python -m apibuf_cli`: what harness/apibuf and an installed `apibuf` start."""

import argparse
import gc
import os
import pkgutil
import sys
from importlib import import_module
from typing import NoReturn

from apibuf_cli import commands
from apibuf_cli.commands import bisect
from apibuf_cli.standard_streams import StandardStreams
from apibuf_common import project
from apibuf_common.errors import EXIT_CODES_HELP, CannotRun, CommandError, ExitCode, WrongUsage, environment_fault

OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""How many objects are made before the garbage collector looks for cycles. With Python's default of 700 it scans the
results again and again, which takes half of the time of a run of ten thousand cases.
"""

ASKED_BY_A_SHELL = "_ARGCOMPLETE"
"""The variable with which a shell asks what may come next (README.md, "Install it")."""

EXAMPLES = """\
examples:
  apibuf run                               the reference implementation
  apibuf run ./netapi32.dll                a library of yours: PE under Wine, ELF directly
  apibuf run wine --select 'reallocate/*'
  apibuf explain reallocate/zero-bytes
  apibuf test                              the project's own tests
"""


class _ShowVersion(argparse.Action):
    """Prints the version, which is read from a file only then, and exits."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"apibuf {project.version()}")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """A parser that reports wrong usage in one sentence, without the list of all options."""

    def error(self, message: str) -> NoReturn:
        """Raises WrongUsage."""
        raise WrongUsage(f"{message}; see `{self.prog} --help`")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; each module of `commands` adds its sub-command."""
    top = _Parser(
        prog="apibuf",
        description="Conformance suite for the Windows ApiBuffer functions.",
        epilog=f"{EXAMPLES}\n{EXIT_CODES_HELP}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_ShowVersion, nargs=0, help="show the version of the suite and exit")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True)
    for name in _names():
        command = import_module(f"{commands.__name__}.{name.replace('-', '_')}")
        subparser = subparsers.add_parser(
            name,
            help=command.HELP,
            description=command.__doc__,
            epilog=f"examples:\n{command.EXAMPLES}\n{EXIT_CODES_HELP}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(subparser)
        subparser.set_defaults(needs_checkout=getattr(command, "NEEDS_CHECKOUT", False), command=name)
        subparser.set_defaults(execute=command.execute)
    return top


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code. No exception leaves it but the SystemExit of --help."""
    code = _execute(arguments)
    return bisect.exit_code(code) if arguments[:1] == ["bisect"] else code


def _execute(arguments: list[str]) -> int:
    try:
        _check_command(arguments)
        options, unknown = parser().parse_known_args(arguments)
        if unknown:
            command = f"apibuf {options.command}"
            raise WrongUsage(f"`{command}` takes no {unknown[0]!r} here; see `{command} --help`")
        if options.needs_checkout and not project.IS_CHECKOUT:
            raise CannotRun(f"`apibuf {options.command}` needs the suite's source tree: run it in a checkout")
        return int(options.execute(options))
    except CommandError as error:
        print(f"apibuf: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("apibuf: interrupted", file=sys.stderr)
        return ExitCode.INCOMPLETE
    except (OSError, MemoryError) as error:
        print(f"apibuf: {environment_fault(error)}", file=sys.stderr)
        return ExitCode.CANNOT_RUN
    except Exception as error:  # noqa: BLE001 - a fault of the harness ends in one sentence
        print(f"apibuf: {_report_fault(error)}", file=sys.stderr)
        return ExitCode.CANNOT_RUN


def _names() -> list[str]:
    """The names of the commands, sorted."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__))


def _check_command(arguments: list[str]) -> None:
    """Raises WrongUsage if the command is none. argparse would list them all, and suggest none."""
    names = _names()
    if not arguments or arguments[0].startswith("-") or arguments[0] in names:
        return
    from apibuf_common.suggestions import did_you_mean

    hint = did_you_mean(arguments[0], names, f"there are {', '.join(names)}")
    raise WrongUsage(f"there is no command {arguments[0]!r}; {hint}")


def _report_fault(error: Exception) -> str:
    """Writes down a fault of the harness itself, and returns the sentence for the user."""
    import traceback

    what = f"the harness itself failed ({type(error).__name__}: {' '.join(str(error).split())})"
    file = project.STATE / "harness-fault.txt"
    try:
        project.STATE.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="replace")
    except OSError as unwritable:
        return f"{what}, and its traceback could not be written to {file}: {unwritable.strerror}"
    return f"{what}; please report it with {file}"


def _complete() -> int:
    """Gives a shell the words that may come next. The optional argcomplete does it, and ends the process."""
    try:
        import argcomplete
    except ImportError:
        return ExitCode.CANNOT_RUN
    argcomplete.autocomplete(parser())
    return ExitCode.CANNOT_RUN


def _keep_compiled_modules() -> None:
    """Has Python keep in build/ what it compiles, also where the environment forbids that, as images of containers do.

    Else each start compiles all libraries anew, which takes half as long again.
    """
    if project.IS_CHECKOUT and project.BUILD.exists():
        sys.pycache_prefix = str(project.BUILD / "pycache")
        sys.dont_write_bytecode = False


def process() -> int:
    """Runs the command that this process was started with, and returns the process's exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 50, 50)
    _keep_compiled_modules()
    if ASKED_BY_A_SHELL in os.environ:
        return _complete()
    streams = StandardStreams()
    try:
        code = main(sys.argv[1:])
    except SystemExit:  # argparse has helped
        code = ExitCode.OK
    return streams.exit_code(code)


def start() -> NoReturn:
    """Runs the command that this process was started with, and ends the process."""
    sys.exit(process())


if __name__ == "__main__":
    start()
