module tidewater.example/telemetry

go 1.23

require (
	github.com/golang-migrate/migrate/v4 v4.18.1
	github.com/jackc/pgx/v5 v5.7.1
)
