"""Polynomials near the sign and near a step, certified over whole intervals."""
