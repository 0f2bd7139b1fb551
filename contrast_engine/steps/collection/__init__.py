"""Files in, features out: scan, measure, flag issues, make training copies."""
