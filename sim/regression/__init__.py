"""Adversarially trained linear regression on a sample, solved to a certified gap."""
