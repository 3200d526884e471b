"""One module for each sub-command: HELP, EXAMPLES, add_arguments(parser), execute(options) -> exit code."""
