"""The build: from pinned parts and this checkout to one release in ``dist/``.

Read the steps in the order they run: ``environment`` (a virtual environment with the exact
tools), ``lock`` (what is pinned), ``obtain`` (the parts, each checked against its digest),
``encoder``, ``static_encoder`` (reads ``wordnet``), ``package`` and ``packs`` (what is built here),
``site`` (the release; reads ``interface``), ``server`` (shows it), ``check`` and ``suite`` (hold it
to its promises). ``build.py`` calls them.

Boundary: the build is not part of the ``arenalab`` package and is never shipped.
"""
