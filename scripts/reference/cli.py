"""The page of the command line."""

import re

from reference.markdown import page


def cli_page() -> str:
    """Every command with its arguments and options."""
    from forecastle.cli.app import app

    told = app.generate_docs(usage_name="forecastle")
    commands = told[told.index("\n## forecastle ") :].strip()
    return page(
        [
            "# Command line",
            "Results go to standard output, progress and the log to standard error. Exit codes are listed under "
            "[errors](errors.md). `forecastle --install-completion` teaches your shell to complete commands.",
            re.sub(r"\n{3,}", "\n\n", commands),
        ]
    )
