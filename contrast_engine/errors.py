"""What can go wrong, in the words of the person at the screen.

ContrastError
├── ImageError         this one image cannot be used; the rest can
├── CollectionError    the given files or folders cannot be used as a collection
├── NotEnoughData      the step needs more images, clusters or labels than there are
├── OptionError        an option is outside what the method accepts
├── UnknownName        nothing of that name is registered or stored
├── WorkspaceError     the workspace folder cannot be read or written
├── JobError           a background job cannot be found or was lost
├── ModelError         a saved model does not fit this version or this data
├── NotAllowed         who is logged in may not do that
└── PluginError        something of another package is not what it should be, or fails

Every message says what was given, what is needed and what to do; it names the file or the
option, never a class.
"""


class ContrastError(Exception):
    """Base of every error this package raises on purpose."""


class ImageError(ContrastError):
    """One image cannot be decoded or measured; the message is the plain reason."""


class CollectionError(ContrastError):
    """The given files or folders hold nothing that can be used."""


class NotEnoughData(ContrastError):  # noqa: N818 - reads as the sentence it is
    """A step needs more images, clusters or labels than there are."""


class OptionError(ContrastError):
    """An option value is outside what its method accepts."""


class UnknownName(ContrastError, KeyError):  # noqa: N818 - reads as the sentence it is
    """Nothing of that name is registered or stored."""

    def __str__(self) -> str:
        return str(self.args[0])


class WorkspaceError(ContrastError):
    """A workspace folder cannot be read or written."""


class JobError(ContrastError):
    """A background job cannot be found or was lost."""


class ModelError(ContrastError):
    """A saved model does not fit this version or this data."""


class NotAllowed(ContrastError):  # noqa: N818 - reads as the sentence it is
    """Who is logged in may not do that; nothing was changed."""


class PluginError(ContrastError):
    """Something of another package is not what it should be, or failed while it ran."""
