"""What the suite makes of the reference with one thing in it changed (mutants), or watched (coverage)."""
