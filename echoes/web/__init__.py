"""How the app reaches a browser: the production server and the build of the front end."""
