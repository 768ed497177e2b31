"""The use cases of a learner: open, read, answer, hand in, complete."""
