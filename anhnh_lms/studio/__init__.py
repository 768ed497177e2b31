"""The use cases of a trainer: what is done with a course before it is published."""
