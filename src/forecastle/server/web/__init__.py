"""The page: what a planner sees in a browser, on the same services as the API.

NiceGUI is imported by `install` only, so that a server without the page does without it.
"""
