"""Being written."""

theorems = ()
