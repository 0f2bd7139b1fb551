"""Small networks that take pictures of any size and never normalise a single picture.

Normalising one picture at a time (instance, layer or group normalisation) would divide its
contrast away, so only batch statistics are used.
"""
