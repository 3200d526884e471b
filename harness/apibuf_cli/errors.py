"""How the command line ends: its exit codes, and the errors that carry one. An error's text is one sentence."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the exit code tells a script."""

    OK = 0
    NOT_CONFORMING = 1
    WRONG_USAGE = 2
    CANNOT_RUN = 3
    INCOMPLETE = 4
    BAD_INPUT = 5


EXIT_CODES_HELP = """\
exit codes:
  0  as it should be
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
