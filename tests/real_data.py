"""Public data that lie beside the checkout on some machines; tests that need them are left out on others."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared/data"
M3 = DATA / "m3/m3.parquet"
HOUSES = DATA / "kc_house"

needs_real_data = pytest.mark.skipif(not DATA.is_dir(), reason="no folder shared/data beside the checkout")
