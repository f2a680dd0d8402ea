"""Answer sheets: their geometry, the code that identifies a print, and the roster of candidates.

Printing and reading share this package, so that a bubble is read where it was printed. A sheet
depends only on the manifest and on the style that its code names; there are no template files.
"""
