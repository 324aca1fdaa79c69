"""Checks of Zhang, Plevrakis, Du, Li, Song and Arora (2020)."""
