from pathlib import Path

import pytest
from crash import n_inside, run_kills


@pytest.mark.timeout(900)
def test_twenty_kills_lose_no_acknowledged_article(tmp_path: Path) -> None:
    ways = run_kills(20, 20261124, tmp_path)
    assert ways.total() - ways["lived"] >= 20
    assert n_inside(ways) >= 10
    assert len([how for how in ways if how.startswith("after")]) >= 4
