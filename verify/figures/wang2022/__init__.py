"""Figures of Wang, Ullah, Mianjy and Arora (2022)."""
