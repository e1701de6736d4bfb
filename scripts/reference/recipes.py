"""The page of the steps of recipes."""

from forecastle.recipes.formula import FUNCTIONS, WINDOWS
from forecastle.recipes.recipe import StepField, step_kinds
from reference.markdown import page, table


def recipes_page() -> str:
    """Every kind of step with its fields, and what formulas know."""
    parts = [
        "# Steps of recipes",
        "A recipe is a JSON list of steps: "
        '`[{"step": "missing", "method": "median"}]`. Steps are listed in the order in which they are usually taken; '
        "`GET /recipes/steps` tells the same to programs. [How they are used](../how-to/clean-with-recipes.md)",
    ]
    for kind in step_kinds():
        back = " There is an exact way back." if kind.reversible else ""
        rows = [
            (f"`{field.name}`", ", ".join(field.choices) or field.kind, _default_of(field), field.description)
            for field in kind.fields
        ]
        parts += [
            f"## {kind.step}",
            f"{kind.description}{back}",
            table(("field", "accepts", "default", "meaning"), rows),
        ]
    known = ", ".join(f"`{name}`" for name in (*FUNCTIONS, *WINDOWS, "col", "date"))
    parts += [
        "## Formulas",
        "Numbers, texts, names of columns, `+ - * / // % **`, `< <= > >= == !=`, `and`, `or`, `not`, "
        f"`a if condition else b`, and the functions {known}. `lag`, `change`, `rolling_mean` and `rolling_sum` take a "
        "column and a number of rows of the same series; `col('my column')` is a column whose name is no word, "
        "`date('2026-01-01')` a day.",
    ]
    return page(parts)


def _default_of(field: StepField) -> str:
    if field.required:
        return "required"
    return "" if field.default in (None, "", [], {}) else f"`{field.default}`"
