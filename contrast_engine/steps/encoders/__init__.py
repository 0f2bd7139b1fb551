"""Learned embeddings: train an encoder, embed with it, audit what it sees."""
