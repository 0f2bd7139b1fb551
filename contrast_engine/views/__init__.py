"""Results turned into what a page or a report shows: nothing is decoded, written or started."""
