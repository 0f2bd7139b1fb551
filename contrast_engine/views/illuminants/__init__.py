"""Illuminants as a page shows them: swatches, planes, tables, and words for what was found."""
