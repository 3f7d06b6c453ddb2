"""Files that a worker makes of what somebody may see (reliability.md §5.1, §5.12).

A kind of file says what it holds; upper layers add theirs by `kinds.register`. `asking` stores the wish, `making` is the
worker's duty, `pages` shows how far it is and hands the file out.
"""
