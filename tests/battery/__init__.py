"""An adversarial battery: claims of known truth, written from outside, run through `verify.run`."""
