"""Commands that take files in: scan, measure, gather, inspect, issues."""
