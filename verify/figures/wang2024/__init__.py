"""Figures of Wang, Zhang and Arora (2024)."""
