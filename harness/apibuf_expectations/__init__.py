"""Files of what an implementation is known to do otherwise: read, compared with a run, updated."""
