"""How good the suite is: broken implementations (selftest), changed ones (mutants), what it reaches (coverage)."""
