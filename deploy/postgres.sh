#!/usr/bin/env bash
# The roles that docs/hosting.md describes, made when the database is: so the service role creates none itself.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set service="$SERVICE_PASSWORD" --set web="$WEB_PASSWORD" \
	--username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-echoes}" <<'SQL'
CREATE ROLE echoes LOGIN PASSWORD :'service';
CREATE ROLE echoes_app NOLOGIN;
CREATE ROLE echoes_service NOLOGIN;
CREATE ROLE echoes_web LOGIN PASSWORD :'web' IN ROLE echoes_app;
GRANT echoes_app TO echoes WITH ADMIN OPTION;
GRANT echoes_service TO echoes;
SELECT format('ALTER DATABASE %I OWNER TO echoes', current_database()) \gexec
ALTER SCHEMA public OWNER TO echoes;
SQL
