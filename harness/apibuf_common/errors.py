"""How the command line ends: its exit codes, and the errors that carry one. An error's text is one sentence."""

import errno
from enum import IntEnum

from apibuf_common import project


class ExitCode(IntEnum):
    """What the exit code means to a script."""

    OK = 0
    NOT_CONFORMING = 1
    WRONG_USAGE = 2
    CANNOT_RUN = 3
    INCOMPLETE = 4
    BAD_INPUT = 5


EXIT_CODES_HELP = """\
exit codes:
  0  success: conforms, or matches --expect
  1  the implementation does not conform (with --expect: it differs from what was expected; of diff: a regression;
     of bench --instructions: a rise)
  2  wrong usage
  3  the harness or the target could not run
  4  the run was interrupted or is incomplete, or nothing was judged
  5  a bad input file"""


class CommandError(Exception):
    """The command cannot do what was asked; the message says what, where, and how to mend it."""

    exit_code = ExitCode.CANNOT_RUN


class WrongUsage(CommandError):
    """The command line asks for something that there is not."""

    exit_code = ExitCode.WRONG_USAGE


class CannotRun(CommandError):
    """Something that the harness needs is missing or does not work."""

    exit_code = ExitCode.CANNOT_RUN


class BadInput(CommandError):
    """A file that was named cannot be used for what it was named for."""

    exit_code = ExitCode.BAD_INPUT


_OR_ELSEWHERE = ", or work in a copy of the project" if project.IS_CHECKOUT else ""
MENDED_BY = {
    errno.EACCES: f"give this user the right to use it{_OR_ELSEWHERE}",
    errno.EPERM: f"give this user the right to use it{_OR_ELSEWHERE}",
    errno.EROFS: f"make it writable{_OR_ELSEWHERE}",
    errno.ENOSPC: "make room on its file system",
    errno.EDQUOT: "make room on its file system",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "raise the machine's limit of open files",
    errno.EAGAIN: "end other processes, or raise their limit (ulimit -u)",
    errno.ENOMEM: "end other processes, or raise the limit of memory (ulimit -v)",
}


def environment_fault(error: OSError | MemoryError) -> str:
    """What of the machine, and not of the harness, was in the way: what, where, and how to mend it."""
    if isinstance(error, MemoryError):
        return f"there is not enough memory; {MENDED_BY[errno.ENOMEM]}"
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "the current folder does not exist any more; change to another"
    where = f"{error.filename} cannot be used: " if error.filename else ""
    what = error.strerror or " ".join(str(error).split())
    return f"{where}{what}; {MENDED_BY.get(error.errno or 0, 'see that it is there, and what it should be')}"
