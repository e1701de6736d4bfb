"""A group of settings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings; one that is secret is marked by `repr=False`, and shown to nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")
