"""Objectives: what a network is trained for, one file each: network, head, views and loss."""
