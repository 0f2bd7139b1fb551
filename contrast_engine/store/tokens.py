"""The names that a browser gives to what it says, so that what arrives twice counts once."""

from contrast_engine.errors import OptionError

_OURS = ("import:", "withdraw:")
"""How those begin that imports and withdrawals give to what they write."""


def check_token(token: str | None) -> None:
    """Refuse a name as imports and withdrawals give them: the browser's could be forged.

    Under one of these, a label would stop the next import or withdrawal, or pass for a part of it.

    Raises:
        OptionError: It begins as one of theirs.
    """
    if token is not None and token.startswith(_OURS):
        raise OptionError(
            f"a token must not begin with {' or '.join(_OURS)}, got {token[:40]!r}; name it anew"
        )
