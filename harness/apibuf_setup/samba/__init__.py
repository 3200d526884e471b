"""A Samba server of a run's own, on loopback, for the functions that go over the wire."""
