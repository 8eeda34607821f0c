"""The first faults of ``make soak``: told or borne, never a refusal, and then all is well."""

from pathlib import Path

from tests.soak.faults import problems


def test_no_fault_is_a_refusal_or_harms_anything(tmp_path: Path) -> None:
    wrong, seen = problems(tmp_path, faults=40, seed=0)
    assert wrong == []
    assert seen.total() == 40
    assert len(seen) > 10
