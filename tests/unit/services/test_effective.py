from forecastle.services.effective import in_force
from forecastle.settings import Settings


def test_settings_in_force_tell_no_secret() -> None:
    database = "postgresql://forecastle:hunter2@db/forecastle"
    told = in_force(Settings.model_validate({"storage": {"database": database}, "mrp": {"secret": "hunter2"}}))
    shown = {f"{section.name}.{one.name}": one for section in told for one in section.settings}
    assert shown["storage.database"].value == "postgresql://forecastle:***@db/forecastle"
    assert (shown["mrp.secret"].value, shown["server.port"].value) == ("set", "8000")
    assert "hunter2" not in repr(told)
    assert shown["server.port"].usual
    assert not shown["mrp.secret"].usual
