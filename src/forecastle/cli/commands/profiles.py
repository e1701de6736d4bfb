"""`forecastle explore problems` and `profile`: what is wrong with a dataset, and everything about it."""

from forecastle.cli import console
from forecastle.cli.answers import say, show, tell
from forecastle.cli.house import in_house
from forecastle.cli.options import NO_GENERAL, DatasetName, General, Page, Period, Version


def problems(name: DatasetName, *, version: Version = None, general: General = NO_GENERAL) -> None:
    """Show what is wrong with a dataset, the worst first, and which steps of a recipe would mend it."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.problems.of(name, version=version))
        if general.json:
            tell(found)
            return
        rows = [
            {
                "severity": each.finding.severity.value,
                "what": each.finding.message,
                "as it is": each.finding.action,
                "could be done": "; ".join(each.remedies),
            }
            for each in found
        ]
        show(rows, general, nothing="Nothing needs correction or a second look.")


def profile(
    name: DatasetName,
    *,
    freq: Period = None,
    html: Page = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Show what to look at first, or write everything about a dataset as an HTML page."""
    with console.errors(as_json=general.json):
        if html is not None:
            from forecastle.services.files.writing import write_page

            page = in_house(general, lambda house: house.profiles.page(name, version=version, freq=freq))
            write_page(page, html)
            say({"file": str(html)}, f"{html} is written.", general)
            return
        found = in_house(general, lambda house: house.profiles.of(name, version=version, freq=freq))
        if general.json:
            tell(found)
            return
        rows = [
            {
                "severity": each.finding.severity.value,
                "what": each.finding.message,
                "concerns": f"{each.weight:.0%}",
            }
            for each in found.warnings
        ]
        show(rows, general, nothing="There is nothing to look at.")
