"""The commands of `python -m evals`, one a module: `register(commands)` adds its parser, whose `run` gives a status."""
