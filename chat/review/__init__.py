"""The desk at which staff judge answers: the queue, holding, verdicts, and what they say together."""
