"""The names that people give to clusters, in the log of labels."""

from contrast_engine.access import Act, need
from contrast_engine.store import label_queries as sql
from contrast_engine.store.label_readings import LabelReadings
from contrast_engine.store.label_types import label_name


class ClusterNames(LabelReadings):
    """Names of clusters, each the last that was given and not taken back."""

    def name_cluster(self, clustering: str, cluster: int, name: str, who: str = "me") -> int:
        """Number of the event that gives a cluster of a clustering a name; "" takes it away."""
        clean = label_name(name) if name.strip() else ""
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            return sql.append(
                connection, "name", who, clustering=clustering, cluster=int(cluster), name=clean
            )

    def undo_name(self, clustering: str, who: str = "me") -> int | None:
        """The cluster this annotator named last, with the name back that it had before.

        None where they have named none of this clustering. Undone again and again, it goes back
        name by name.
        """
        need(Act.CHANGE, who)
        with self._database.writing() as connection:
            former = sql.former_name(connection, clustering, sql.person(who))
            if former is None:
                return None
            sql.append(
                connection, "name", who, clustering=clustering, cluster=former.cluster,
                name=former.name, undoes_name=former.undoes,
            )  # fmt: skip
        return former.cluster

    def cluster_names(self, clustering: str) -> dict[int, str]:
        """The names of the clusters of one clustering that have one."""
        with self._database.reading() as connection:
            if connection is None:
                return {}
            names = sql.cluster_names(connection, clustering)
        return {cluster: name for cluster, name in names.items() if name}

    def cluster_namers(self, clustering: str) -> dict[int, str]:
        """Who gave each cluster of one clustering the name it has."""
        with self._database.reading() as connection:
            return {} if connection is None else sql.cluster_namers(connection, clustering)
