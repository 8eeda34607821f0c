"""Two writers and two readers on one record for some seconds, each of them killed now and then."""

from tests.soak.shared import shared


def test_nothing_is_lost_or_there_twice() -> None:
    found = shared(15, 0, pause_s=(1.0, 2.5))
    assert found["problems"] == []
    assert sum(found["kills"].values()) > 1
    counts = found["counts"]
    assert counts["writer-a"]["done"] + counts["writer-b"]["done"] > 3
    assert counts["reader-a"]["read"] + counts["reader-b"]["read"] > 3
