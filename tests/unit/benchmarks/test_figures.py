"""What a benchmark says of its own process."""

import subprocess
import sys

from benchmarks.figures import peak_memory_mb


def test_a_child_of_a_large_process_does_not_count_its_parent() -> None:
    large = bytearray(400_000_000)
    large[::4096] = b"x" * len(large[::4096])  # so that every page is really held
    command = "from benchmarks.figures import peak_memory_mb; print(peak_memory_mb())"
    child = subprocess.run(
        [sys.executable, "-c", command], check=True, capture_output=True, text=True
    )
    assert float(child.stdout) < 200 < 380 < peak_memory_mb()
    del large
