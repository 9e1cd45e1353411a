-- Rails: structure.sql as the first version
-- problem V1:1 session: the timeouts stay switched off for the scripts behind this one
-- problem V1:2 session: so does the lock timeout
-- problem V1:5 session: and the empty search path
-- V1__structure.sql
SET statement_timeout = 0;
SET lock_timeout = 0;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.articles (
    id bigint NOT NULL,
    title character varying,
    created_at timestamp(6) without time zone NOT NULL
);
CREATE SEQUENCE public.articles_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.articles_id_seq OWNED BY public.articles.id;
ALTER TABLE ONLY public.articles ALTER COLUMN id SET DEFAULT nextval('public.articles_id_seq'::regclass);
ALTER TABLE ONLY public.articles ADD CONSTRAINT articles_pkey PRIMARY KEY (id);
CREATE INDEX index_articles_on_title ON public.articles USING btree (title);
