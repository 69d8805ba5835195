"""What can go wrong in the build.

BuildError              a step cannot finish; the message names it and what to do (exit code 1)
└── MachineError        this machine or command line cannot run the build (exit code 2)
"""


class BuildError(Exception):
    """A step cannot finish. The message is for the person who ran the command."""

    exit_code = 1


class MachineError(BuildError):
    """Something that must be there before the build starts is missing, too old or in use."""

    exit_code = 2
