from pathlib import Path

from crash import run_kills


def test_thirty_kills_lose_no_acknowledged_article(tmp_path: Path) -> None:
    ways = run_kills(30, 20261124, tmp_path)
    assert ways.total() - ways["lived"] >= 30
    assert ways["at a random moment"] > 0
    assert len([how for how in ways if how.startswith("after")]) >= 5
