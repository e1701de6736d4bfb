import pytest

from forecastle.core.panel import Covariates
from forecastle.models.boosting.drivers import driver_of

COVARIATES = Covariates(known=("price", "price_plan"), static=("week",))


@pytest.mark.parametrize(
    ("feature", "driver"),
    [
        ("latest_3", "recent values"),
        ("smoothed", "recent values"),
        ("season_52_index", "season"),
        ("week", "calendar"),
        ("days_to_holiday", "calendar"),
        ("step", "distance"),
        ("cv2", "kind of demand"),
        ("level", "level"),
        ("x_week", "week"),
        ("x_price_mean_3m", "price"),
        ("x_price_plan_gap", "price_plan"),
    ],
)
def test_a_feature_is_told_as_what_a_planner_knows(feature: str, driver: str) -> None:
    assert driver_of(feature, COVARIATES) == driver
