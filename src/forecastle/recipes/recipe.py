"""A recipe: an ordered list of steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter, ValidationError

from forecastle.core.errors import InputError
from forecastle.recipes.step import Step
from forecastle.recipes.steps.calendar import Align, Resample
from forecastle.recipes.steps.columns import Convert, Drop, Units
from forecastle.recipes.steps.duplicates import Duplicates
from forecastle.recipes.steps.filters import Filter, Formula
from forecastle.recipes.steps.missing import Missing
from forecastle.recipes.steps.outliers import Outliers
from forecastle.recipes.steps.stock_outs import StockOuts
from forecastle.recipes.steps.transforms import Difference, Log, Power, Scale, Transform, Undo

MOST_STEPS = 100

AnyStep = Annotated[
    Duplicates | Convert | Units | Filter | Formula | Drop | Align | StockOuts | Outliers | Missing
    | Resample | Log | Power | Difference | Scale | Undo,
    Field(discriminator="step"),
]  # fmt: skip
KINDS: tuple[type[Step], ...] = get_args(get_args(AnyStep)[0])
"""Every kind of step, in the order in which they are usually taken."""

READER: TypeAdapter[tuple[Step, ...]] = TypeAdapter(Annotated[tuple[AnyStep, ...], Field(max_length=MOST_STEPS)])


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in the order in which they are taken."""

    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, steps: Sequence[Mapping[str, Any]]) -> "Recipe":
        """Check steps as they come from outside: `{"step": "missing", "method": "median"}`.

        Raises:
            InputError: it names every step and field that is wrong.
        """
        try:
            return cls(READER.validate_python(tuple(steps)))
        except ValidationError as error:
            raise _wrong(error, steps) from error

    def as_json(self) -> tuple[dict[str, Any], ...]:
        """The steps as they are kept: what was left at its default is left out."""
        return tuple(
            {"step": kind_of(step)} | step.model_dump(mode="json", exclude_defaults=True) for step in self.steps
        )

    def says(self) -> tuple[str, ...]:
        """One plain sentence a step."""
        return tuple(step.sentence for step in self.steps)

    def effort(self, targets: int) -> int:
        """How long it takes at most, in times of a plain step on one column. targets: how many there are."""
        return sum(step.effort * (len(step.columns) or targets) for step in self.steps)

    @property
    def pending(self) -> tuple[tuple[int, Transform], ...]:
        """The transforms that no later step undoes, each with its position."""
        undone = max((place for place, step in enumerate(self.steps) if isinstance(step, Undo)), default=-1)
        return tuple(
            (place, step) for place, step in enumerate(self.steps) if isinstance(step, Transform) and place > undone
        )

    def check_order(self, first: int = 0) -> None:
        """Refuse steps that mean nothing on a transformed scale after a transform.

        first: the position from which they are this recipe's own; those before it are done already.

        Raises:
            InputError: there is one.
        """
        transform = None
        for position, step in enumerate(self.steps):
            if isinstance(step, Undo):
                _check_way_back(Recipe(self.steps[:position]), max(position - first + 1, 1))
                transform = None
            if step.early and transform is not None and position >= first:
                raise InputError(
                    f"Step {position - first + 1} ({kind_of(step)}) means nothing for values that a step before it "
                    f"({kind_of(transform)}) has transformed.",
                    hint="Put transforms last, or start from the version before the transform.",
                )
            transform = step if isinstance(step, Transform) else transform

    def __add__(self, other: "Recipe") -> "Recipe":
        return Recipe((*self.steps, *other.steps))


def _check_way_back(trail: Recipe, position: int) -> None:
    """Refuse to undo what was not done, and changes some of which were left out.

    Raises:
        InputError: it is one of the two.
    """
    if not trail.pending:
        raise InputError(f"Step {position} (undo) finds nothing that was transformed.", hint="Leave it out.")
    summed = [place for place, step in trail.pending if not step.pointwise]
    for later in trail.steps[min(summed, default=len(trail.steps)) :]:
        if not later.keeps_rows or (isinstance(later, Missing) and later.method == "drop"):
            raise InputError(
                f"Step {position} (undo) cannot add up changes of which {kind_of(later)} left some out.",
                hint="Leave rows out before the differences, or after this step.",
            )


def kind_of(step: Step | type[Step]) -> str:
    """What a step is called in JSON."""
    return str(type(step).model_fields["step"].default if isinstance(step, Step) else step.model_fields["step"].default)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepField:
    """One field of a kind of step, for forms.

    kind: `text`, `number`, `whole number`, `choice`, `list`, `table` or `moment`. choices: of a choice.
    minimum, maximum: of a number; None for no limit.
    """

    name: str
    kind: str
    description: str
    required: bool
    default: Any
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """A kind of step that describes itself. reversible: there is an exact way back. schema: JSON Schema of a step."""

    step: str
    title: str
    description: str
    reversible: bool
    fields: tuple[StepField, ...]
    schema: Mapping[str, Any]


def step_kinds() -> tuple[StepKind, ...]:
    """Every kind of step, in the order in which they are usually taken."""
    return tuple(
        StepKind(
            step=kind_of(kind),
            title=kind.title,
            description=" ".join((kind.__doc__ or "").split()),
            reversible=issubclass(kind, Transform),
            fields=tuple(_fields(kind)),
            schema=kind.model_json_schema(),
        )
        for kind in KINDS
    )


def _fields(kind: type[Step]) -> Iterator[StepField]:
    schema = kind.model_json_schema()
    names = [name for name in schema["properties"] if name not in ("step", "columns")]
    columns = schema["properties"]["columns"]
    for name in ["columns", *names] if columns.get("maxItems") != 0 else names:
        told = schema["properties"][name]
        parts = [part for part in told.get("anyOf", [told]) if part.get("type") != "null"]
        limits = {key: value for part in parts for key, value in part.items()}
        yield StepField(
            name=name,
            kind=_kind(parts),
            description=told.get("description", ""),
            required=name in schema.get("required", ()),
            default=told.get("default"),
            choices=tuple(limits.get("enum", ())),
            minimum=limits.get("minimum", limits.get("exclusiveMinimum")),
            maximum=limits.get("maximum", limits.get("exclusiveMaximum")),
        )


def _kind(parts: Sequence[Mapping[str, Any]]) -> str:
    if any(part.get("format") == "date" for part in parts):
        return "moment"
    if "enum" in parts[0]:
        return "choice"
    words = {"integer": "whole number", "array": "list", "object": "table", "string": "text"}
    return words.get(parts[0].get("type", ""), "number")


def _wrong(error: ValidationError, steps: Sequence[Mapping[str, Any]]) -> InputError:
    """Every problem with the position and kind of its step."""
    lines = []
    for problem in error.errors():
        position, *path = problem["loc"] or ("",)
        known = isinstance(position, int) and position < len(steps) and isinstance(steps[position], Mapping)
        kind = steps[position].get("step") if known and isinstance(position, int) else None
        names = ".".join(str(part) for part in path if part != kind)
        where = f"step {position + 1}" if isinstance(position, int) else "the recipe"
        message = "there is no such field" if problem["type"] == "extra_forbidden" else problem["msg"]
        lines.append(f"{where}{f' ({kind})' if kind else ''}{f', {names}' if names else ''}: {message}")
    kinds = ", ".join(kind_of(kind) for kind in KINDS)
    return InputError("\n".join(["This recipe cannot be used:", *lines]), hint=f"Steps: {kinds}.")
