from pathlib import Path

from crash import n_inside, run_kills


def test_thirty_kills_lose_no_acknowledged_article(tmp_path: Path) -> None:
    ways = run_kills(30, 20261124, tmp_path)
    assert ways.total() - ways["lived"] >= 30
    assert n_inside(ways) >= 15
    assert len([how for how in ways if how.startswith("after")]) >= 5
