"""Illuminants of files and workspaces: opened, estimated, judged."""
