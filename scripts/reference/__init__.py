"""The pages of docs/reference that are read off the code, one a file."""

from collections.abc import Callable, Mapping

from reference.cli import cli_page
from reference.errors import errors_page
from reference.http import http_page
from reference.models import models_page
from reference.recipes import recipes_page
from reference.settings import settings_page
from reference.tables import tables_page

PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "models.md": models_page,
    "cli.md": cli_page,
    "tables.md": tables_page,
    "http.md": http_page,
    "recipes.md": recipes_page,
}
