"""Proofs that an inequality holds on a whole box of parameters.

`statement` brings a claim into the form that is proved; `prover` looks for a proof, quickly and in
doubles, with `enclosure`; `checker` goes through the boxes of a proof in ball arithmetic, with
`balls` of its own, and shares no code with the prover. What comes before, the forms that a claim is
brought into by `statement`, `multipliers` and `reducing`, rests on sympy's algebra and on signs in
balls; a claim that these settle alone is proved without the checker.
"""
