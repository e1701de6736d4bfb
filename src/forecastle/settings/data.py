"""Settings of reading, cleaning and classifying."""

from typing import Literal

from pydantic import Field

from forecastle.settings.section import Section


class ReadSettings(Section):
    """How sources are read."""

    timeout_seconds: float = Field(30.0, gt=0, description="How long an HTTP or SQL source may take to answer.")
    retries: int = Field(3, ge=0, description="How often a failing HTTP request is tried again, with growing pauses.")
    max_bytes: int = Field(
        2_000_000_000,
        gt=0,
        description="The most that is fetched from an HTTP source, all its pages together, or from an object store.",
    )
    max_unpacked_bytes: int = Field(
        4_000_000_000, gt=0, description="The largest content of a compressed file or Parquet file."
    )
    max_workbook_bytes: int = Field(
        300_000_000,
        gt=0,
        description="The most of a workbook, unpacked, that is in memory as a whole, which takes about three times as "
        "much: a larger .xlsx is read piece by piece but for its texts, any other is refused.",
    )
    max_pages: int = Field(1_000, ge=1, description="How many pages of an HTTP source are followed.")


class CleanSettings(Section):
    """What is accepted in the data, and what is done about the rest."""

    missing_limit: float = Field(0.10, ge=0, le=1, description="The largest share of missing values a series may have.")
    missing: Literal["interpolate", "forward_fill", "mean", "median", "seasonal", "drop", "keep"] = Field(
        "keep", description="What is done about missing values; the models of Forecastle can live with `keep`."
    )
    duplicates: Literal["last", "sum", "fail"] = Field(
        "last", description="What is done about two rows of one series and period that are not transactions."
    )
    absent: Literal["auto", "zero", "missing"] = Field(
        "auto",
        description="What a period without a row means between a series' first and last: no sale (zero) or not "
        "observed (missing); auto takes zero for transactions and missing for everything else.",
    )
    negative: Literal["keep", "zero", "fail"] = Field("keep", description="What is done about negative values.")
    leading_zeros: Literal["auto", "trim", "keep"] = Field(
        "auto",
        description="What is done about zeros before a series' first sale, where no value is negative; auto trims "
        "them where they are too many to be chance.",
    )
    future: Literal["drop", "keep", "fail"] = Field("drop", description="What is done about values dated after today.")
    outlier_threshold: float = Field(
        5.0, gt=0, description="Robust standard deviations from the seasonal level beyond which a value is flagged."
    )
    min_length: int = Field(2, ge=1, description="A series with fewer observations is flagged as too short.")


class ClassSettings(Section):
    """Where the classes of series begin and end."""

    abc: tuple[float, float] = Field((0.80, 0.95), description="Cumulative share of revenue where A ends and B ends.")
    xyz: tuple[float, float] = Field((0.5, 1.0), description="Coefficient of variation where X ends and Y ends.")
    adi: float = Field(1.32, gt=1, description="Average demand interval from which demand is intermittent.")
    cv2: float = Field(0.49, gt=0, description="Squared variation of demand sizes from which demand is erratic.")


class ConnectionSettings(Section):
    """Sources that requests name without knowing their credentials."""

    urls: dict[str, str] = Field(
        {}, repr=False, description="URL by name; the source `connection:NAME` reads it, and never shows it."
    )
