"""Proofs that an inequality holds on a whole box of parameters.

`statement` brings a claim into the form that is proved; `prover` looks for a proof, quickly and in
doubles, with `enclosure`; `checker` goes through a proof in ball arithmetic, with `balls` of its
own. Only what the checker accepts is proved; it shares no code with the prover.
"""
