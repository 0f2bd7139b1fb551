"""Commands that train encoders, embed images and audit embeddings."""
