"""One file per command: read the course, call a function, print, exit."""
