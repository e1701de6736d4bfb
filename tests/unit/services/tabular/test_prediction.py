import gzip
from pathlib import Path

import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.errors import SourceError
from forecastle.settings import ReadSettings, Settings

pytestmark = pytest.mark.anyio


async def test_a_file_of_rows_may_hold_what_the_settings_allow(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"volume\n1\n2\n3\n"))
    careful = settings.model_copy(update={"read": ReadSettings(max_unpacked_bytes=10)})
    async with open_house(careful) as house:
        with pytest.raises(SourceError, match="more than 10 bytes"):
            await house.tabular.prediction.answer_file(tmp_path / "rows.csv.gz")
