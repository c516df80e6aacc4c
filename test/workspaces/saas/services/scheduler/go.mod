module tidewater.example/scheduler

go 1.23

require (
	github.com/jackc/pgx/v5 v5.7.1
	github.com/pressly/goose/v3 v3.24.0
)
