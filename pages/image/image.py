"""Image: the page of one image, opened at the image itself."""

from pages.image import one_image

one_image.show("image")
