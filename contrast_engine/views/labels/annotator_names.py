"""Who labelled here before, and what is to be said before a name is taken."""

from datetime import datetime

from contrast_engine.simulated import is_simulated, said
from contrast_engine.store.annotators import cleaned, same
from contrast_engine.store.workspace import Workspace


def known_names(workspace: Workspace) -> tuple[str, ...]:
    """The names of everyone who labelled, compared or was named here, in the order of letters.

    Those of simulated annotators are not among them, as nobody can take one.
    """
    found = {
        *workspace.labels.by_person(),
        *(one.who for one in workspace.comparisons.all()),
        *workspace.annotators.names(),
    }
    people = {name for name in found if not is_simulated(name)}
    return tuple(sorted(people, key=lambda name: (name.casefold(), name)))


def annotators_words(workspace: Workspace) -> str:
    """How many annotators labelled or compared here, and which are simulated; "" for none."""
    names = [*workspace.labels.by_person(), *workspace.comparisons.everyone()]
    return said(names) if names else ""


def spelled(workspace: Workspace, typed: str) -> str:
    """A typed name as it is spelled here already, where only letters' case or spaces differ.

    Raises:
        OptionError: It is empty or too long.
    """
    name, known = cleaned(typed), known_names(workspace)
    return name if name in known else next((one for one in known if same(one, name)), name)


def elsewhere_words(workspace: Workspace, name: str, browser: str) -> str:
    """When a name was last used in another browser, in words; "" where it was not."""
    at = workspace.annotators.elsewhere(name, browser)
    return f"{datetime.fromisoformat(at):%d %B %Y}".lstrip("0") if at else ""
