"""Illuminants: the colour of the light in a picture, estimated, judged and exchanged.

An illuminant is the direction of (r, g, b) in the linear colours of the picture; its length means
nothing. Pictures come as (n, s, s, 3) linear light with a mask of the pixels that may be looked at.
"""
