"""What there is to test, and how it is reached: targets, their libraries' formats, how their workers are started."""
