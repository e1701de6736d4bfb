"""A field that takes a file: dropped or chosen, with how much of it is here, and why it cannot be used."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nicegui import events, ui

from forecastle.server.web import icons
from forecastle.server.web.parts.basic import block, note
from forecastle.server.web.parts.dialogs import problem
from forecastle.server.web.visitor import visitor

UNSAFE = re.compile(r"[^\w.() -]")
"""Characters that a file of this machine is not given, whatever the user's is called."""

KINDS = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.json,.jsonl,.ndjson,.parquet,.gz,.zip"
"""What the browser offers first; what a file holds decides how it is read, not its name."""

DROP = f'''
<div class="drop" v-if="!props.isUploading">
  <q-icon name="{icons.UPLOAD}" aria-hidden="true" />
  <strong>Drop a spreadsheet, CSV, JSON or Parquet file here</strong>
  <q-btn class="quiet" no-caps flat label="Choose a file" @click="props.pickFiles" />
</div>
<div class="stack tight" v-else>
  <p>{{{{ Math.round(parseFloat(props.uploadProgressLabel)) }}}} % of {{{{ props.uploadSizeLabel }}}} are here</p>
  <q-linear-progress :value="parseFloat(props.uploadProgressLabel) / 100" aria-label="How much of the file is here" />
</div>'''
"""What is in the field: how to choose a file, and then how much of it is here."""

Take = Callable[[Path, str], Awaitable[None]]
"""Does something with a file, which is gone afterwards, and what its user calls it."""


def named(filename: str) -> str:
    """A file without its ending, or both of them where it is packed."""
    return filename.removesuffix(".gz").rpartition(".")[0] or filename


def upload_field(take: Take) -> None:
    """Build the field, and below it a place for what there is to say."""
    upload = ui.upload(
        auto_upload=True,
        max_file_size=visitor().house.settings.server.max_upload_bytes,
        on_rejected=lambda: ui.notify("This file is larger than the server takes.", type="negative"),
    ).props(f"accept={KINDS} flat")
    upload.props["aria-label"] = "Upload a file"
    upload.add_slot("list", DROP)
    told = block("stack")

    async def received(event: events.UploadEventArguments) -> None:
        called = re.split(r"[/\\]", event.file.name)[-1] or "upload"
        told.clear()
        with told:
            ui.linear_progress(show_value=False).props("indeterminate aria-label='The file is being read'")
            note(f"{called} is here and being read …")
        with TemporaryDirectory(prefix="forecastle-") as folder:
            file = Path(folder) / UNSAFE.sub("_", called)[-100:]
            await event.file.save(file)
            try:
                await take(file, called)
            except Exception as error:  # noqa: BLE001 - a person is told, and the log has it
                told.clear()
                with told:
                    problem(error)
                upload.reset()
                return
        if not told.is_deleted:  # it may have led to another page
            told.clear()
            upload.reset()

    upload.on_upload(received)
