"""Image complexity: measures of one picture, scores without and with people's, how they are judged.

Complexity is how many parts a picture has and how hard it is to describe. It is another attribute
than contrast: methods.md#contrast-and-complexity. Definitions: docs/methods.md#image-complexity.
"""
