"""What a page or a report shows of new data, and of a model trained again."""
