theorems = ()
