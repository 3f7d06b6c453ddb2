# Imports nothing: `manage.py` reads this package before anything is installed.
