-- Rails 7.1: rename_enum_value
-- problem V2:1 rename: the running release writes the old value
-- V1__create_enum.sql
CREATE TYPE "mood" AS ENUM ('sad', 'happy');
-- V2__rename_sad.sql
ALTER TYPE "mood" RENAME VALUE 'sad' TO 'gloomy';
