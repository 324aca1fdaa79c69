"""Every encoded statement of the paper, in its order."""

from bounds.zhang2020 import (
    complexity,
    existence,
    figures_claims,
    finite_network,
    hermite,
    polynomials,
    printed_proofs,
    pseudo_network,
    regret,
    separation,
    step_polynomial,
)

theorems = (
    separation.definition_3_4,
    existence.remark_meeting_balls,
    figures_claims.figure_1,
    existence.theorem_4_1,
    pseudo_network.theorem_5_1,
    regret.theorem_5_2,
    regret.remark_step_size,
    existence.theorem_5_3,
    printed_proofs.proof_theorem_5_3,
    complexity.definition_6_1,
    step_polynomial.lemma_6_2,
    printed_proofs.proof_lemma_6_2,
    step_polynomial.claim_6_3,
    polynomials.lemma_6_4,
    step_polynomial.equation_2,
    step_polynomial.proof_claim_6_3,
    finite_network.lemma_6_5,
    hermite.lemma_6_6,
)
