"""The page of errors."""

import inspect

from forecastle.core import errors
from forecastle.core.errors import ForecastleError
from forecastle.server.api.problems import status_of
from reference.markdown import page, sentence, table


def errors_page() -> str:
    """Every error code with its meaning and exit code."""
    tree = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, ForecastleError)]
    rows = [
        (f"`{error.code}`", f"`{error.__name__}`", str(error.exit_code), str(status_of(error).value), sentence(error))
        for error in tree
    ]
    return page(
        [
            "# Errors and exit codes",
            "A message says what was wrong, with which series, row or file, the numbers, and what to do. With `--json` "
            "the command line prints the same as `code`, `message`, `hint` and the error's own fields.",
            "Exit code 0 means that everything was done; 1 that the program itself is at fault: please report it.",
            table(("code", "Python class", "exit code", "HTTP", "meaning"), rows),
            "All of them are in `forecastle.core.errors`; `except ForecastleError` catches every one, "
            "`except InputError` those that better data or a better question would mend.",
        ]
    )
