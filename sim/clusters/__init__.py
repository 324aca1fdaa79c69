"""Two noisy clusters: samples, reduced dimension, and errors on the population."""
