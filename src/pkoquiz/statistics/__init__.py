"""What exams teach the bank: one file for each administration, without personal data.

`record` is the file. `collect` fills it from a graded exam, `moodle` and `choices` from reports of
Moodle, and `anki` from collections of learners. `pool` puts the files together: by question and by
the digest of its wording, because a reworded question begins again. `measured` is what checks,
blueprints and the desk read.
"""
