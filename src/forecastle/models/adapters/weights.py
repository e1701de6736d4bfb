"""The weights of pretrained models: in a folder, in the cache, or fetched once from the Hugging Face hub."""

import re
from fnmatch import fnmatch
from pathlib import Path

from forecastle.core.errors import ModelError

PATIENCE = 10.0
"""Seconds the hub may take to answer."""

WANTED = ("config.json", "*.safetensors")
"""Nothing that would be executed."""

HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


def folder_of(source: str) -> Path:
    """The folder with the weights. source: a folder, or a name on the hub such as `amazon/chronos-bolt-small`.

    The cache comes first: what was fetched once needs no network.

    Raises:
        ModelError: there is no such folder, and the hub does not have it or does not answer.
    """
    if (folder := Path(source).expanduser()).is_dir():
        return folder
    if not HUB_NAME.fullmatch(source):
        raise ModelError(
            f"The folder {source!r} with the weights of a model is not there.",
            hint="Name a folder with config.json and model.safetensors, or a model on the hub: OWNER/NAME.",
        )
    return _cached(source) or _fetched(source)


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, allow_patterns=[*WANTED], local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if all(any(folder.glob(pattern)) for pattern in WANTED) else None


def _fetched(name: str) -> Path:
    """File by file: `snapshot_download` asks which there are without a time-out, and waits for ever (2.4)."""
    from huggingface_hub import HfApi, constants, hf_hub_download

    constants.HF_HUB_DISABLE_TELEMETRY = True  # it would tell the hub what runs on this machine
    try:
        told = HfApi().model_info(name, timeout=PATIENCE).siblings or []
        files = [one.rfilename for one in told if any(fnmatch(one.rfilename, pattern) for pattern in WANTED)]
        fetched = [Path(hf_hub_download(name, file, etag_timeout=PATIENCE)) for file in files]
    except Exception as error:
        raise _missing(name, f"could not be fetched: {type(error).__name__}: {error}") from error
    if not fetched:
        raise _missing(name, "have no file on the hub that could be read")
    return fetched[0].parent


def _missing(name: str, why: str) -> ModelError:
    return ModelError(
        f"The weights {name!r} are not on this machine and {why}".splitlines()[0],
        hint=f"Where there is a network, run  hf download {name} --local-dir FOLDER , bring the folder here and "
        "name it instead of the hub's name, as in chronos:FOLDER. Or point HF_HOME to a cache that has them.",
        model=name,
    )
