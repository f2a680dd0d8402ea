"""The curator's desk as a local web app: read the transcript, ask about it, save proved questions.

`server` speaks HTTP and decides which requests to answer. `service` turns requests into responses,
without a socket. `course` reads the course and edits its files; `judge`, `preview` and `related`
examine a question that is being written; `forms` and `plain` provide forms and their wording.
"""
