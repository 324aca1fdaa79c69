"""Figures of Xing, Song and Cheng (2021)."""
