"""A report of a collection to send: one HTML file, Markdown with its pictures, or a PDF.

`document` says what a report is without any format, `sections` make its chapters, and `html`,
`markdown` and `pdf` write it. `rebuild` says how its results are made again.
"""
