"""Tables of the libraries' calls, one file per library."""
