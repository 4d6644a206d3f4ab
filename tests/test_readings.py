from decimal import Decimal

import pytest

from selfeval_xl.scoring.measures import read_measure
from selfeval_xl.scoring.readings import readings


@pytest.mark.parametrize(
    ("target", "actual", "numbers"),
    [
        ("≥10公里", "12000米", {"12"}),
        ("≥95%", "98", {"0.98"}),
        ("≥95%", "0.98", {"0.98"}),
        ("≤5%", "0.9", {"0.9", "0.009"}),
        ("≥90", "95%", {"95"}),
        ("≥0.9", "95%", {"0.95"}),
        ("≤11.376万元", "113760", {"1137600000", "113760"}),
        ("≥5000元", "0.6", {"0.6", "6000"}),
        ("200", "100%", set()),
        ("0", "100%", set()),
        ("事故率0", "5%", {"0.05"}),
    ],
)
def test_a_number_is_read_in_every_unit_it_may_be_in(target, actual, numbers):
    found = {low for low, _ in readings(read_measure(target), read_measure(actual))}

    assert {Decimal(number) for number in numbers} == found
