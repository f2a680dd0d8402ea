"""One module for each command: read the course, call a function, print, return the exit code."""
