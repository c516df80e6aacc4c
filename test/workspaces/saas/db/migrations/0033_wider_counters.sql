-- TW-1222: site videos are larger than 2 GB, and storage is metered in bytes from May on.
set lock_timeout = '3s';

alter table attachments alter column byte_size type bigint;

alter table usage_events alter column quantity type bigint;
