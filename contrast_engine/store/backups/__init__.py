"""A workspace as one file, taken while people work in it, and made into a folder again.

The file is a plain tar, which any program unpacks: what says what it is comes first, the files of
the workspace follow, the list of them with a hash of each comes last. A file without its list was
cut short and is refused.
"""

from contrast_engine.store.backups.reading import Backup, check_backup, read_backup
from contrast_engine.store.backups.writing import write_backup

__all__ = ["Backup", "check_backup", "read_backup", "write_backup"]
