"""Measures: implementations beside each other, the reference's instructions, and the suite's own speed."""
