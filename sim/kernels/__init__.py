"""Kernels, and functions of Gaussian weights that represent other functions."""
