"""The sequence model that is served: a network that forecasts series it has never seen."""

from dataclasses import dataclass, field

from forecastle.core.errors import NoModelError, StorageError
from forecastle.core.ports import Begin
from forecastle.core.records import ModelVersion
from forecastle.models.deep.fitted import DeepFitted
from forecastle.models.deep.network import Network
from forecastle.services.models.versions import Versions

FAMILIES = ("lstm", "cnn_lstm")
"""Families that are served to series in requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A network, and the version it is of."""

    version: ModelVersion
    network: Network

    @property
    def window(self) -> int:
        """How many values it looks at."""
        return self.network.inputs.window


@dataclass(eq=False, kw_only=True)
class Serving:
    """Of all LSTMs and CNN-LSTMs that lead for some dataset and target, the one about which was decided last.

    Training, promoting and rolling back are decisions. Asked anew for every batch of requests, so that no other is
    served once a decision was made; while the database is away, the last one goes on.
    """

    begin: Begin
    versions: Versions
    last: ModelVersion | None = field(default=None)

    async def leading(self) -> Served | None:
        """The model that is served; None when there is none.

        Raises:
            ArtifactError: its files are missing, were changed, or cannot be read by this version.
        """
        try:
            async with self.begin() as work:
                self.last = await work.models.decided_last(FAMILIES)
        except StorageError:
            if self.last is None:
                raise
        if self.last is None:
            return None
        model = await self.versions.load(self.last)
        fitted = [member.fitted for member in model.members]
        networks = [one.network for one in fitted if isinstance(one, DeepFitted) and one.network is not None]
        return Served(version=self.last, network=networks[0]) if networks else None

    async def required(self) -> Served:
        """The model that is served.

        Raises:
            NoModelError: there is none.
        """
        served = await self.leading()
        if served is None:
            raise NoModelError(
                "No sequence model is served.",
                hint=f'Train one: POST /train {{"models": ["{FAMILIES[0]}"]}}; POST /predict answers without.',
            )
        return served
