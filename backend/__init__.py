"""The service. `app.py` is the hallway; every other folder is a room (see README, the house)."""
