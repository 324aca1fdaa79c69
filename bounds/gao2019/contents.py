"""Every encoded statement of the paper, in its order."""

from bounds.gao2019 import (
    capacity,
    construction,
    deep,
    near_convexity,
    quadratic,
    random_features,
    recursion_deep,
    stability,
    two_layer,
)

theorems = (
    recursion_deep.theorem_4_1,
    deep.equation_1,
    deep.lemma_a_1,
    deep.lemma_a_2,
    deep.lemma_a_3,
    deep.lemma_a_4,
    stability.lemma_a_5,
    near_convexity.lemma_a_6,
    recursion_deep.proof_theorem_4_1,
    two_layer.theorem_5_1,
    two_layer.proof_theorem_5_1,
    random_features.lemma_c1,
    random_features.proposition_c1,
    construction.theorem_5_2,
    construction.proof_theorem_5_2,
    construction.corollary_5_1,
    quadratic.theorem_c_1,
    quadratic.lemma_c_2,
    quadratic.proof_theorem_c_1,
    quadratic.lemma_c_3,
    quadratic.corollary_c_1,
    capacity.theorem_6_1,
    capacity.proof_theorem_6_1,
)
