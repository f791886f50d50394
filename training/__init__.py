"""How the reader is trained and its weights are fitted, from data that the user points at."""
