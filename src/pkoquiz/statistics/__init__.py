"""Statistics of exams for the bank: one file for each administration, without personal data.

`record` defines the file. `collect` fills it from a graded exam, `moodle` and `choices` from
reports of Moodle, and `anki` from collections of learners. `pool` combines the files by question
and by the digest of its wording, because a reworded question starts afresh. `measured` provides the
results to checks, blueprints and the desk.
"""
