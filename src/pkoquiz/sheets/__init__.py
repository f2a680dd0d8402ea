"""Answer sheets: their geometry, the code that identifies a print, and the roster of candidates.

Printer and reader share this room, so that a bubble is read where it was printed. A sheet is a pure
function of the manifest and of the style that its code names; there are no template files.
"""
