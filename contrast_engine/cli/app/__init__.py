"""Commands around the app: start it, check the machine, see jobs, complete commands."""
