"""The commands that make a workspace again from its files and labels, and whether they do.

`plan` finds them, `script` and `record` write them down, `check` runs them and compares. Adding a
step means adding what makes it to `structure`, `models` or `evidence`, by the name of the step.
"""
