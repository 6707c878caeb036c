"""The command line room by room: the group of commands, the options of `check`, what it does with them, the other commands."""
