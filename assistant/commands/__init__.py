"""The commands of ``citewell``, a file for each kind of work."""
