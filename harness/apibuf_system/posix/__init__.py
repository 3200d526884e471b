"""POSIX systems; the load of the machine is read as Linux reports it."""
