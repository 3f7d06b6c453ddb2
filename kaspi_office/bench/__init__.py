"""Measurements against the goals of speed (`manage.py bench`), one module each.

Everything is a ratio of two things measured side by side in one run: the machine and its load then fall out.
A measurement is a function `measure(scale)` that answers rows; each runs in a process of its own.
"""
