"""From targets to reports: prepares each, has the runner run the suite, writes results and reports."""
