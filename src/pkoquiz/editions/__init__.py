"""Editions: what learners have, and what the next edition would change for them.

`ledgerfile` reads and writes the ledger, `merging` merges the ledgers of two branches, `contents`
defines what counts as a correction, and `parts` recognises pairs, steps and gaps.
"""
