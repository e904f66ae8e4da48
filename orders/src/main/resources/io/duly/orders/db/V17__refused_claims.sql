-- An order whose table lets it take no other status than PENDING, so that no claim of the run could be made.
ALTER TABLE skipped
  DROP CONSTRAINT skipped_reason_check,
  ADD CONSTRAINT skipped_reason_check
    CHECK (reason IN ('DELETED', 'CANCELLED', 'CHANGED', 'OTHER_RUN', 'NOT_EXECUTED', 'REFUSED'));
