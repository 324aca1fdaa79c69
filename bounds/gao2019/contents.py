"""Every encoded statement of the paper, in its order."""

theorems = ()
