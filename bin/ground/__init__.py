"""What the project stands on: Odoo, Python packages, PostgreSQL, a browser.

Only the standard library is used here, since all of this runs before anything
is installed. One file, one job:

* ``paths``     where things lie
* ``console``   what the person sees; ``Fail`` for errors that say what to do
* ``stamps``    what is done already, so that a second run does only the rest
* ``apt``       packages of Debian, downloaded and unpacked without installing
* ``venv``      the virtual environment with the pinned Python packages
* ``odoo``      Odoo itself, from Debian or from ``ODOO_HOME``
* ``postgres``  the private PostgreSQL, or the one the caller names
* ``browser``   Chromium for the browser tests
* ``runtime``   Odoo's command line in this environment
"""
