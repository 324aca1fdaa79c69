"""Kernels of networks and the features that they are averages of."""
