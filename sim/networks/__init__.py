"""Two-layer networks: activations, attacks and adversarial training."""
