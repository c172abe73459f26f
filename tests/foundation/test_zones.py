"""Time zones that people may choose."""

import pytest
from django.core.exceptions import ValidationError

from foundation.refusals import Refused, check_zone, validate_zone
from foundation.time.zones import cities, city_choices


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/Argentina/Ushuaia", "Pacific/Auckland", "UTC"])
def test_cities_and_utc_are_accepted(zone) -> None:
    assert (validate_zone(zone), check_zone(zone)) == (None, None)


@pytest.mark.parametrize(
    "zone", ["GMT", "EST", "localtime", "Factory", "Etc/GMT+3", "Mars/Phobos", "europe/zurich", "", "../UTC", "\x00"]
)
def test_what_is_no_place_is_refused_beside_its_field(zone) -> None:
    sentence = "Enter the time zone of a city, such as Europe/Zurich, or UTC."
    with pytest.raises(ValidationError, match=sentence):
        validate_zone(zone)
    with pytest.raises(Refused) as refused:
        check_zone(zone)
    assert refused.value.fields == {"zone": [sentence]}


def test_choices_are_cities_by_name() -> None:
    assert ("America/New_York", "America/New York") in city_choices()
    assert list(cities()) == sorted(cities())
