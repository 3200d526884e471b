"""The command line `apibuf`. Its sub-commands are the modules of `commands`, found by listing that folder."""
