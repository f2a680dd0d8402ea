"""Exams: papers are drawn by a blueprint, arranged in versions and recorded in a manifest."""
