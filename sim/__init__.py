"""What happens: simulations and exact or certified computations, in plain NumPy and SciPy.

Nothing here knows a theorem. Modules are named after what they simulate or compute, never after a
paper. Arrays follow one notation everywhere: ``x`` is ``(..., n, d)`` inputs, ``y`` is ``(..., n)``
labels or responses, ``w`` is ``(..., m, d)`` hidden weights, ``a`` is ``(m,)`` output weights,
``theta`` is ``(..., d)`` linear coefficients; leading axes are replicates.
"""
