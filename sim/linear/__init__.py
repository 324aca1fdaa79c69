"""The linear model: data, attacks, training, and risks over the whole population."""
