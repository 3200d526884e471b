"""Windows: job objects hold workers and their descendants, and threads serve the channels."""
