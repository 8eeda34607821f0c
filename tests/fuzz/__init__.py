"""Coverage-guided fuzzing of what reads documents and places citations."""
