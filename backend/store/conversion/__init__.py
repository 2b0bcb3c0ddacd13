"""What people send is decoded and written anew in a process of its own, which holds no key, no file of the town and no
network, and which is killed when it takes too much memory or time. One process opens one file and ends.

`queue` runs in the server; `process`, `confinement`, `pictures`, `papers` and `comparison` run in the child.
"""
