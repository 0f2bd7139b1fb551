"""How people log in, as it was asked for: by options of a command, or by the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access.phrases import Phrases
from contrast_engine.access.role_list import RoleList
from contrast_engine.errors import OptionError

PASSWORD_FILE, LOGIN, PROXY_HEADER = (
    "CONTRAST_PASSWORD_FILE",
    "CONTRAST_LOGIN",
    "CONTRAST_PROXY_HEADER",
)
TRUST_PROXY, ROLES, ROLE_HEADER = "CONTRAST_PROXY", "CONTRAST_ROLES", "CONTRAST_ROLE_HEADER"

NAME_CLAIM = "CONTRAST_NAME_CLAIM"

OIDC = "oidc"
EMAIL = "email"
"""What of an account of OpenID Connect is a name, where nothing else is said."""

MACHINE = "127.0.0.1,::1"
"""The proxy of this machine."""

_HEADER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_CLAIM = _HEADER | frozenset("_:/.")
_NEVER = {"host", "cookie", "connection", "upgrade", "origin", "content-length", "authorization"}


@dataclass(frozen=True)
class Settings:
    """How people log in; without any of it nobody has to.

    Args:
        password_file: A file of pass phrases.
        login: "oidc" for Streamlit's own login with OpenID Connect.
        proxy_header: The header in which a proxy says who asks.
        trust_proxy: Addresses or networks of proxies that are believed; without any, this machine.
        roles: A file that says which role who has.
        role_header: The header in which a proxy says which role who asks has.
        name_claim: What of an account of OpenID Connect is a name; "" is its e-mail address.
    """

    password_file: str = ""
    login: str = ""
    proxy_header: str = ""
    trust_proxy: str = ""
    roles: str = ""
    role_header: str = ""
    name_claim: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that the environment carries."""
        names = (PASSWORD_FILE, LOGIN, PROXY_HEADER, TRUST_PROXY, ROLES, ROLE_HEADER, NAME_CLAIM)
        return cls(*(environment.get(name, "").strip() for name in names))

    def variables(self) -> dict[str, str]:
        """The environment that carries them to the app."""
        proxies = self.trust_proxy or (MACHINE if self.proxy_header else "")
        return {
            PASSWORD_FILE: self.password_file, LOGIN: self.login,
            PROXY_HEADER: self.proxy_header, TRUST_PROXY: proxies,
            ROLES: self.roles, ROLE_HEADER: self.role_header,
            NAME_CLAIM: self.name_claim,
        }  # fmt: skip

    @property
    def asks(self) -> bool:
        """Whether anybody has to log in."""
        return bool(self.password_file or self.login or self.proxy_header)

    @property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The proxies that are believed."""
        given = [one.strip() for one in self.trust_proxy.split(",") if one.strip()]
        return tuple(ipaddress.ip_network(one) for one in given or MACHINE.split(","))

    def check(self, host: str) -> None:
        """Make sure that they fit together, can be read, and that nobody else gets in.

        Args:
            host: Where the app listens; "" is everywhere.

        Raises:
            OptionError: Everybody who reaches the address would be in, or a setting is no good.
        """
        ways = {
            "--password-file": self.password_file, "--login": self.login,
            "--proxy-header": self.proxy_header,
        }  # fmt: skip
        chosen = [name for name, value in ways.items() if value]
        if not chosen:
            check_reach(host)
        if len(chosen) > 1:
            raise OptionError(f"{' and '.join(chosen)} are two ways to log in; give one of them")
        self._check_parts()
        if self.password_file:
            Phrases.of(self.password_file)
        elif chosen:
            self._check_roles(chosen[0])

    def _check_parts(self) -> None:
        if self.login not in ("", OIDC):
            raise OptionError(f"no login {self.login!r}; there is: {OIDC}")
        for option, name in (("proxy", self.proxy_header), ("role", self.role_header)):
            low = name.lower()
            if low in _NEVER or not set(low) <= _HEADER:
                raise OptionError(
                    f"--{option}-header {name!r} is no header that a proxy sets; name one such as "
                    "X-Forwarded-User"
                )
        if self.name_claim and not self.login:
            raise OptionError("--name-claim goes with --login oidc; give both")
        if not set(self.name_claim.lower()) <= _CLAIM:
            raise OptionError(
                f"--name-claim {self.name_claim!r} is no claim of an account; name one such as "
                "email, preferred_username or sub"
            )
        if self.role_header and not self.proxy_header:
            raise OptionError("--role-header goes with --proxy-header; give both")
        if self.roles and not (self.login or self.proxy_header):
            raise OptionError("--roles goes with --login oidc or --proxy-header; give one of them")
        try:
            _ = self.networks
        except ValueError as error:
            raise OptionError(
                f"--trust-proxy takes an address or a network, such as 10.0.0.7 or 10.0.0.0/24; "
                f"{error}"
            ) from None

    def _check_roles(self, way: str) -> None:
        if self.role_header:
            return
        if not self.roles:
            also = " or --role-header NAME" if self.proxy_header else ""
            raise OptionError(
                f"{way} says who somebody is and not what they may do; give --roles FILE{also}, "
                "with a line such as `ada@example.org: owner` for each person"
            )
        RoleList(Path(self.roles)).read()


def is_loopback(host: str) -> bool:
    """True where only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def reaches(host: str, harm: str, cure: str) -> str:
    """Why something does not listen at an address without knowing who asks, and what to do."""
    return (
        f"--host {host or '(all)'} lets other machines ask, and anybody there could then {harm}; "
        f"{cure}, or listen on 127.0.0.1"
    )


def check_reach(host: str) -> None:
    """Make sure that only this machine reaches an address where nobody has to log in.

    Raises:
        OptionError: Others reach it.
    """
    if not is_loopback(host):
        raise OptionError(
            reaches(
                host,
                "look at the photographs, label and delete",
                "say how people log in, with --password-file FILE, --login oidc or "
                "--proxy-header NAME",
            )
        )
