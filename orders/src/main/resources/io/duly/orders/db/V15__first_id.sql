-- Where a run begins: the id after which its ingest has looked for orders, null where that was at the first row.
ALTER TABLE run ADD COLUMN first_id ${id_type};
