"""What if: the page of one image, opened at its tab of that name."""

from pages.image import one_image

one_image.show("whatif")
