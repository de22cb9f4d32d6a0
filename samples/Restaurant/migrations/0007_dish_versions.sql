-- Each change of a dish counts this up: who changes one says which version they have seen, and finds out when somebody was faster.
ALTER TABLE dishes ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
