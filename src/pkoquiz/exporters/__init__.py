"""Exporters turn a bank into files, with one package per format.

No format imports another, and none writes to disk.
"""
