"""The curator's desk as a local web app: read the transcript, ask about it, save proved questions.

`server` speaks HTTP and decides whom to answer. `service` turns requests into responses, without a
socket. `course` reads the course and edits its files, `judge`, `preview` and `related` look at a
question that is being written, and `forms` and `plain` say everything in the words of a form.
"""
