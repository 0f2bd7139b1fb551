"""Files in, features out: scan, measure, flag issues, keep training copies."""
