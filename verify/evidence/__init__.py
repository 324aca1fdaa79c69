"""Replicates: how they are drawn, where they are kept, and what of them a claim is judged on."""
