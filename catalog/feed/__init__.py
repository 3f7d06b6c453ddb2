"""The XML price list that Kaspi pulls every hour (kaspi-api.md §6.1): always whole, or the last good one (docs/adr/0039).

`reading` asks the database what is sold where; `writing` is the text of the file; `comparing` and `checking` look at it as
it is made; `making` is the worker's duty; `opening` the verbs of people; `serving` hands the file out.
"""
