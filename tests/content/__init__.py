"""The content room: from Markdown to a course."""
