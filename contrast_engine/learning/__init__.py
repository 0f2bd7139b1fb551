"""How encoders learn contrast: verified views, losses, networks and the one training loop.

Everything here works on a device in torch tensors and imports torch; nothing here is imported
when methods are listed. `encoders` says what there is to train and asks for it by name.
"""
