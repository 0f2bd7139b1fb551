"""When a model stops being true: trained again on old and new images, accepted or rolled back."""
