CREATE TABLE guests (id bigint PRIMARY KEY, name text NOT NULL UNIQUE, came_at text NOT NULL);
