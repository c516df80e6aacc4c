DROP TABLE postings;
DROP FUNCTION check_transfer_balances();
DROP TABLE transfers;
