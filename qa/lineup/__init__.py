"""What several articles say of one thing, lined up. `lineup` is the way in."""
