"""Drawing a paper, marking a response, and what questions tell about themselves. Pure."""
