"""From a kernel (arrays, a thousand series at a time) to a forecaster (frames, dates, any number of series)."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from os import cpu_count
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats, Integers, Panel
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.features.cache import FeatureCache
from forecastle.models.blocks import batches
from forecastle.models.forecasts import UNSEEN, settle, signed, tabulate
from forecastle.models.kernel import Kernel, KernelState, PoolingKernel
from forecastle.settings import BoostingSettings, DeepSettings

Item = TypeVar("Item")
Result = TypeVar("Result")

SHARED = "shared.npz"
"""The file of what a kernel learned from all blocks together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """How a model may use the machine.

    threads: 0 takes every core. paths: simulated futures a series. rows: the most that a global model learns from.
    deep: how networks are built and trained. boosting: what boosted trees mind. features: where feature tables are
    kept from one time to the next; None keeps none, and changes nothing but the time it takes.
    """

    seed: int = 1
    threads: int = 0
    paths: int = 1000
    rows: int = 300_000
    deep: DeepSettings = field(default_factory=DeepSettings)
    boosting: BoostingSettings = field(default_factory=BoostingSettings)
    features: FeatureCache | None = field(default=None, compare=False)

    def map(
        self, work: Callable[[Item], Result], items: Sequence[Item], progress: Progress, message: str
    ) -> list[Result]:
        """Do `work` on every item in threads (the array operations release the interpreter), in order.

        A single item is done at once: a thread of its own would begin with memory of its own, which costs a small panel
        a tenth of its time.
        """
        if len(items) == 1:
            result = work(items[0])
            progress(1.0, message)
            return [result]
        with ThreadPoolExecutor(self.threads or cpu_count() or 1) as pool:
            futures = [pool.submit(work, item) for item in items]
            results = []
            try:
                for number, future in enumerate(futures, start=1):
                    results.append(future.result())
                    progress(number / len(futures), message)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Series fitted together: their positions in the panel, and what the kernel learned."""

    rows: NDArray[np.int64]
    state: KernelState


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedForecaster:
    """A model family that fits the whole panel with one kernel."""

    kernel: Kernel
    compute: Compute = Compute()

    @property
    def name(self) -> str:
        """The kernel's name."""
        return self.kernel.name

    def fit(self, panel: Panel, horizon: int, *, progress: Progress = silent) -> "BatchedFitted":
        """Fit every series; one without any observation is forecast from the others (see `BatchedFitted`)."""
        grid, shares = panel.grid(), batches(panel, horizon)
        states = self.compute.map(lambda share: self.kernel.fit(share.batch), shares, progress, "fitted")
        kernel = self.kernel.pool(states) if isinstance(self.kernel, PoolingKernel) else self.kernel
        blocks = (
            Block(rows=share.rows, state=_settled(kernel, state.arrays()))
            for share, state in zip(shares, states, strict=True)
        )
        return BatchedFitted(
            forecaster=replace(self, kernel=kernel),
            ids=grid.ids,
            last=grid.last,
            signed=signed(grid.values),
            freq=grid.freq,
            blocks=tuple(blocks),
        )

    def load(self, folder: Path) -> "BatchedFitted":
        """Read back what `BatchedFitted.save` wrote."""
        series = pl.read_parquet(folder / "series.parquet")
        meta = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "states.npz", allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        kernel = self.kernel
        if isinstance(kernel, PoolingKernel):
            with np.load(folder / SHARED, allow_pickle=False) as stored:
                kernel = kernel.with_shared({key: stored[key] for key in stored.files})
        blocks = []
        for number in range(meta["blocks"]):
            prefix = f"{number}/"
            state = {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
            blocks.append(Block(rows=state.pop("rows"), state=_settled(kernel, state)))
        return BatchedFitted(
            forecaster=replace(self, kernel=kernel),
            ids=series[SERIES_ID],
            last=series["last"].to_numpy(),
            signed=series["signed"].to_numpy(),
            freq=Frequency(Unit(meta["unit"]), meta["every"], meta["offset"]),
            blocks=tuple(blocks),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedFitted:
    """The fitted states of a whole panel, in blocks.

    A series without a single observation gets, step by step, the median over all other series.
    """

    forecaster: BatchedForecaster
    ids: pl.Series
    last: Integers
    signed: NDArray[np.bool_]
    freq: Frequency
    blocks: tuple[Block, ...]

    def predict(
        self,
        horizon: int,
        *,
        future: pl.DataFrame | None = None,  # noqa: ARG002 - kernels use no covariates
        quantiles: Quantiles = DEFAULT,
        progress: Progress = silent,
    ) -> pl.DataFrame:
        """Forecast `horizon` periods of every series; see `core.ports.Fitted.predict`."""
        said = self.array(horizon, quantiles=quantiles, progress=progress)
        return tabulate(self.ids, self.last, self.freq, said[:, :, 0], said[:, :, 1:], quantiles)

    def array(self, horizon: int, *, quantiles: Quantiles = DEFAULT, progress: Progress = silent) -> Floats:
        """The same without the table; see `core.ports.InArrays.array`."""
        said = np.full((len(self.ids), horizon, 1 + len(quantiles)), np.nan)
        known = np.zeros(len(self.ids), dtype=np.bool_)
        compute = self.forecaster.compute

        def predict_block(block: Block) -> None:
            # Every block draws the same numbers, so that those of a series do not hang on the block it is in.
            rng = np.random.default_rng(compute.seed)
            said[block.rows, :, 0] = block.state.mean(horizon)
            said[block.rows, :, 1:] = block.state.quantiles(horizon, quantiles.levels, paths=compute.paths, rng=rng)
            known[block.rows] = True

        compute.map(predict_block, self.blocks, progress, f"{self.forecaster.name}: forecast")
        settle(said[:, :, 0], said[:, :, 1:], known, self.signed, model=self.forecaster.name)
        return said

    def describe(self) -> pl.DataFrame:
        """`series_id`, `form`: what was fitted to each series, such as `ETS(A,Ad,N)`."""
        forms = np.full(len(self.ids), UNSEEN, dtype=object)
        for block in self.blocks:
            forms[block.rows] = block.state.describe()
        return pl.DataFrame({SERIES_ID: self.ids, "form": pl.Series(forms.tolist(), dtype=pl.String)})

    def append(self, panel: Panel) -> Self:
        """Take in newer periods of these series without refitting; series that are not in `panel` stay as they are.

        Raises:
            InputError: a series is new, or a period is not after the last one known.
        """
        newer = panel.grid()
        rows = self._rows_of(newer.ids)
        first = newer.last - newer.lengths + 1
        if (late := first <= self.last[rows]).any():
            series = newer.ids.gather(np.flatnonzero(late))[0]
            raise InputError(
                f"Series {series!r} has periods that the model has seen already.", hint="Append newer periods only."
            )
        ahead = np.zeros(len(self.ids), dtype=np.int64)
        ahead[rows] = newer.last - self.last[rows]
        values = np.full((len(self.ids), int(ahead.max(initial=0))), np.nan)
        for row, width, source in zip(rows, ahead[rows], newer.values, strict=True):
            known = min(int(width), source.size)
            values[row, width - known : width] = source[source.size - known :]
        blocks = tuple(part for block in self.blocks for part in self._append_to(block, values, ahead))
        return replace(self, last=self.last + ahead, blocks=blocks)

    def _rows_of(self, ids: pl.Series) -> NDArray[np.int64]:
        known = pl.DataFrame({SERIES_ID: self.ids, "row": np.arange(len(self.ids))})
        rows = pl.DataFrame({SERIES_ID: ids}).join(known, on=SERIES_ID, how="left", maintain_order="left")["row"]
        if rows.null_count():
            new = ids.filter(rows.is_null())
            raise InputError(
                f"{len(new)} series are new to this model, the first is {new[0]!r}.", hint="Fit again to include them."
            )
        return rows.to_numpy()

    def _append_to(self, block: Block, values: Floats, ahead: Integers) -> Iterator[Block]:
        arrays = block.state.arrays()
        for width in np.unique(ahead[block.rows]):
            chosen = np.flatnonzero(ahead[block.rows] == width)
            kernel, rows = self.forecaster.kernel, block.rows[chosen]
            state = kernel.restore({key: value[chosen] for key, value in arrays.items()})
            newer = state.update(values[rows, :width]) if width else state
            yield Block(rows=rows, state=_settled(kernel, newer.arrays()))

    def save(self, folder: Path) -> None:
        """Write `series.parquet`, `states.npz` and `model.json` into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        pl.DataFrame({SERIES_ID: self.ids, "last": self.last, "signed": self.signed}).write_parquet(
            folder / "series.parquet"
        )
        arrays = {f"{number}/rows": block.rows for number, block in enumerate(self.blocks)}
        for number, block in enumerate(self.blocks):
            arrays |= {f"{number}/{key}": value for key, value in block.state.arrays().items()}
        np.savez(folder / "states.npz", allow_pickle=False, **arrays)
        if isinstance(self.forecaster.kernel, PoolingKernel):
            np.savez(folder / SHARED, allow_pickle=False, **self.forecaster.kernel.shared())
        meta = {
            "model": self.forecaster.name,
            "blocks": len(self.blocks),
            "unit": self.freq.unit.value,
            "every": self.freq.every,
            "offset": self.freq.offset,
        }
        (folder / "model.json").write_text(json.dumps(meta, indent=2), encoding="utf-8")


def _settled(kernel: Kernel, arrays: Mapping[str, np.ndarray]) -> KernelState:
    """The state in one memory layout, fresh or loaded: sums are added up in the same order, to the same bits."""
    return kernel.restore({name: np.asarray(values, order="C") for name, values in arrays.items()})
