"""What users install: the wheel, and the zip for Windows, made from a checkout."""
