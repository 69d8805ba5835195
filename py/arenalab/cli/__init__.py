"""The command line, a door: it parses, calls the engine, and prints.

Exit codes: 0 done, 1 something failed, 2 what was given cannot be used.
"""

import sys

from arenalab.errors import ArenaError, FileFormatError, InputError


def main() -> None:
    """Run the `arenalab` command."""
    try:
        from arenalab.cli.app import app
    except ModuleNotFoundError as error:
        sys.exit(f"the command line needs {error.name}; run: pip install 'arenalab[cli,import]'")
    from arenalab.cli.terminal import complain

    try:
        app()
    except (InputError, FileFormatError) as error:
        complain(str(error))
        sys.exit(2)
    except ArenaError as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
