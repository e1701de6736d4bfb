"""The page of models."""

from forecastle.models.catalog import BUILT_IN
from reference.markdown import page, table


def models_page() -> str:
    """Every model card."""
    rows = [
        (f"`{card.written}`", card.title, card.role, str(card.min_length), card.extra or "–", card.source)
        for card in BUILT_IN
    ]
    return page(
        [
            "# Models",
            "`forecastle models` prints this table with what is installed here. `--models auto`, the default, takes "
            "the models of the routing table and the general ones, and the intermittent ones for series with "
            "intermittent or lumpy demand; [how the champion is chosen](../why/champion.md) tells the rest.",
            table(("name", "what it is", "role", "shortest history", "extra", "source"), rows),
            "**general** models run on every series, **intermittent** ones where many periods have no demand, a "
            "**baseline** is there to be beaten, an **ensemble** is made of the others. A series shorter than a "
            "model's shortest history gets a simpler form of it, never nothing.",
            "Other packages can [bring models of their own](../how-to/add-a-model-family.md).",
        ]
    )
