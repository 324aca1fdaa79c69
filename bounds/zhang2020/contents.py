"""Every encoded statement of the paper, in its order."""

from bounds.zhang2020 import pseudo_network, separation

theorems = (separation.definition_3_4, pseudo_network.theorem_5_1)
