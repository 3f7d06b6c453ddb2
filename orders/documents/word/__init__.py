"""The shop's own Word templates: a file with fields, checked when it comes in, filled far from everything else.

`container` and `checking` judge a file, `grammar` its tags; `rendering` fills it inside the process of `child`, which
`confined` starts without secrets, files or network. `keeping` holds versions, `printing` gives the paper of an order.
"""
