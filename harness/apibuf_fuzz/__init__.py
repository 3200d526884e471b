"""Random call sequences against the model that the specification gives, shrunk to a minimal vector.

What every conforming implementation must do with a sequence is written into a vector, so a failing one can be run
again by anybody. Nothing is expected that vectors/requirements.json does not state.
"""
