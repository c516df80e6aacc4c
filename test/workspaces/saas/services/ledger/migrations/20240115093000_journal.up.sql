CREATE TABLE transfers (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    memo         text NOT NULL,
    booked_on    date NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- Two or more postings make a transfer; their sum is zero at commit.
CREATE TABLE postings (
    transfer_id   uuid NOT NULL REFERENCES transfers (id) ON DELETE RESTRICT,
    position      smallint NOT NULL,
    account_id    bigint NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT,
    amount_cents  bigint NOT NULL CHECK (amount_cents <> 0),
    PRIMARY KEY (transfer_id, position)
);

CREATE INDEX postings_account_id_idx ON postings (account_id);

CREATE FUNCTION check_transfer_balances() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF (SELECT sum(amount_cents) FROM postings WHERE transfer_id = NEW.transfer_id) <> 0 THEN
        RAISE EXCEPTION 'transfer % does not balance', NEW.transfer_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER postings_balance
    AFTER INSERT ON postings
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_transfer_balances();
