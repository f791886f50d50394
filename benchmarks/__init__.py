"""What is measured, each by one command; nothing here is needed to use the project."""
