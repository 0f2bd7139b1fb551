"""Which image has more contrast? From people's comparisons to scores, and how far to trust them.

Ask "which has MORE contrast?" and never "which is better": people prefer moderate contrast
(docs/methods.md#rankings-from-pairs).
"""

from contrast_engine.ranking.bradley_terry import PairAnswer, Ranking, rank
from contrast_engine.ranking.pair_selection import Pair, next_pairs

__all__ = ["Pair", "PairAnswer", "Ranking", "next_pairs", "rank"]
