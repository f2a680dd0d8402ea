"""What `pkoquiz explain` says about the findings of exams."""

EXPLANATIONS = {
    "PQ701": "A blueprint names a section, objective, tag or question that the course does not have.",
    "PQ702": "The numbers of one dimension (sections, types, Bloom levels, difficulties) cannot add up to `items`.",
    "PQ703": "The bank has too few questions for a cell of the blueprint. The message says how many are wanted, there "
    "and missing; nothing is written.",
    "PQ704": "Each cell alone could be filled, but no paper was found that fills all at once. The message names what the "
    "best attempt still lacks: those constraints bind. Loosen one of them (a range instead of a number), or "
    "write questions for it.",
    "PQ705": "The manifest cannot be printed again: it is no manifest, belongs to another course, or names questions "
    "that the bank no longer has in that form.",
    "PQ706": "No font has a character that would be printed, and a PDF/UA document shows every one. The shipped fonts have "
    "Latin with all its accents and macrons, Greek and Cyrillic. For Japanese and other scripts put a font file into the "
    "course and name it in course.yaml: `exam: {fonts: [fonts/NotoSerifJP.otf]}`.",
    "PQ707": "A file named in `exam.fonts` is not a font: TrueType (.ttf) and OpenType (.otf) can be used.",
    "PQ708": "A picture is damaged, or of a kind that cannot be printed.",
}
