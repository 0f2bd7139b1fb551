"""Pictures whose illuminant is known: folders with a table, public layouts, and relit photographs.

Every loader gives one `IlluminantSet`. Nothing is decoded as sRGB: numbers are taken as linear.
"""

from contrast_engine.illuminants.datasets.entries import Entry, Loaded, load
from contrast_engine.illuminants.datasets.illuminant_set import WORKING_SIZE, IlluminantSet, Problem

__all__ = ["WORKING_SIZE", "Entry", "IlluminantSet", "Loaded", "Problem", "load"]
