"""Checks of Gao, Cai, Li, Hsieh, Wang and Lee (2019)."""
