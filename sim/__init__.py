"""What happens: simulations and exact or certified computations, in plain NumPy and SciPy.

Nothing here knows a theorem. Packages and modules are named after what they simulate or compute,
never after a paper:

==============  ===============================================================================
`linear`        the linear model: data, attacks, training, risks over the whole population
`regression`    adversarially trained regression on a sample, solved to a certified gap
`clusters`      two noisy clusters in any dimension, and the errors of classifiers on them
`networks`      networks: activations, attacks, training, with and without the dimension
`kernels`       kernels, and functions of Gaussian weights that represent other functions
`polynomials`   polynomials near the sign and near a step, certified over whole intervals
`certificates`  inner maxima and margins over a ball, with two sides
==============  ===============================================================================

and modules on what several of them need: handwritten digits, first-order iterations.

Arrays follow one notation everywhere: ``x`` is ``(..., n, d)`` inputs, ``y`` is ``(..., n)``
labels or responses, ``w`` is ``(..., m, d)`` hidden weights, ``a`` is ``(m,)`` output weights,
``theta`` is ``(..., d)`` linear coefficients; leading axes are replicates.
"""
