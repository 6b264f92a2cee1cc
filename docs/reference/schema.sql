-- Made by `cargo xtask db` from migrations/; edit those.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

-- Name: public; Type: SCHEMA; Schema: -; Owner: lk_owner

-- *not* creating schema, since initdb creates it

ALTER SCHEMA public OWNER TO lk_owner;

-- Name: audit_drop_month(date, bigint, text); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.audit_drop_month(of date, gone_leaves bigint, checkpoint text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    name      text := 'audit_entries_' || to_char(of, 'YYYY_MM');
    platform  uuid := '00000000-0000-7000-8000-000000000000';
    from_time timestamptz := of::timestamp at time zone 'UTC';
    to_time   timestamptz := (of + interval '1 month') at time zone 'UTC';
    unsummed  uuid;
    total     bigint;
begin
    if extract(day from of) <> 1 then
        raise exception 'that is no month';
    end if;
    if to_time + interval '12 months' > now() then
        raise exception 'nothing younger than twelve months is dropped';
    end if;
    if to_regclass('public.' || name) is null then
        raise exception 'there is no such month';
    end if;
    perform pg_advisory_xact_lock(5463);
    set local lock_timeout = '5s';
    if exists (
        select from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'public.audit_entries'::regclass
           and c.relname ~ '^audit_entries_\d{4}_\d{2}$' and c.relname < name
    ) then
        raise exception 'an older month is still there';
    end if;
    alter table public.audit_entries_else no force row level security;
    if exists (select from public.audit_entries_else where at < to_time) then
        raise exception 'entries of that month lie outside of its partition';
    end if;
    alter table public.audit_entries_else force row level security;
    execute format('alter table public.%I no force row level security', name);
    alter table public.audit_summaries no force row level security;
    execute format(
        'select e.workspace_id from (select workspace_id, count(*) as entries from public.%I group by 1) e'
        ' left join public.audit_summaries s on s.workspace_id = e.workspace_id and s.month = $1'
        ' where s.entries is distinct from e.entries limit 1', name)
       into unsummed using of;
    if unsummed is not null then
        raise exception 'workspace % is not summarised', unsummed;
    end if;
    select coalesce(sum(entries), 0) into total from public.audit_summaries where month <= of;
    alter table public.audit_summaries force row level security;
    if gone_leaves > total then
        raise exception 'more leaves would go than entries';
    end if;
    alter table public.audit_leaves no force row level security;
    delete from public.audit_leaves where at >= from_time and at < to_time;
    alter table public.audit_leaves force row level security;
    alter table public.audit_keys no force row level security;
    update public.audit_keys set key_sealed = null, destroyed_at = now()
     where month = of and key_sealed is not null;
    alter table public.audit_keys force row level security;
    alter table public.audit_months no force row level security;
    insert into public.audit_months (workspace_id, month, gone, note, dropped_at)
    values (platform, of, gone_leaves, checkpoint, now());
    -- The lowest tiles of what is gone, but for those on which a month ended: proofs that go on from
    -- there need them.
    alter table public.audit_tiles no force row level security;
    delete from public.audit_tiles
     where workspace_id = platform and level = 0 and (tile_index + 1) * 256 <= gone_leaves
       and tile_index not in (select gone / 256 from public.audit_months where workspace_id = platform);
    alter table public.audit_tiles force row level security;
    alter table public.audit_months force row level security;
    execute format('drop table public.%I', name);
end $_$;

ALTER FUNCTION public.audit_drop_month(of date, gone_leaves bigint, checkpoint text) OWNER TO lk_owner;

-- Name: audit_make_room(); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.audit_make_room() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    this   date := date_trunc('month', now() at time zone 'UTC');
    ahead  date := this + interval '1 month';
    months date[];
    month  date;
    name   text;
    stray  boolean;
begin
    perform pg_advisory_xact_lock(5463);
    set local lock_timeout = '5s';
    alter table public.audit_entries_else no force row level security;
    select array_agg(distinct date_trunc('month', at at time zone 'UTC')::date) into months
      from public.audit_entries_else
     where at < (ahead + interval '1 month') at time zone 'UTC';
    stray := months is not null;
    if stray then
        alter table public.audit_entries detach partition public.audit_entries_else;
        alter table public.audit_entries_else rename to audit_entries_stray;
        perform public.audit_partition('audit_entries_else', 'default');
        alter table public.audit_entries_else no force row level security;
    end if;
    foreach month in array months || array[this, ahead] loop
        name := 'audit_entries_' || to_char(month, 'YYYY_MM');
        if to_regclass('public.' || name) is null then
            perform public.audit_partition(name, format('for values from (%L) to (%L)',
                month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00'));
        end if;
    end loop;
    if stray then
        alter table public.audit_entries no force row level security;
        insert into public.audit_entries select * from public.audit_entries_stray;
        alter table public.audit_entries force row level security;
        drop table public.audit_entries_stray;
    end if;
    alter table public.audit_entries_else force row level security;
end $$;

ALTER FUNCTION public.audit_make_room() OWNER TO lk_owner;

-- Name: audit_oldest_month(); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.audit_oldest_month() RETURNS date
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    select min(to_date(right(c.relname, 7), 'YYYY_MM'))
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'public.audit_entries'::regclass and c.relname ~ '^audit_entries_\d{4}_\d{2}$'
$_$;

ALTER FUNCTION public.audit_oldest_month() OWNER TO lk_owner;

-- Name: audit_partition(text, text); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.audit_partition(name text, bounds text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    execute format('create table public.%I partition of public.audit_entries %s', name, bounds);
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format(
        'create policy one_workspace on public.%I'
        ' using (workspace_id = (select b.workspace_id from public.bound_workspace as b))'
        ' with check (workspace_id = (select b.workspace_id from public.bound_workspace as b))', name);
    execute format('create trigger never_emptied before truncate on public.%I'
        ' for each statement execute function public.refuse_change()', name);
end $$;

ALTER FUNCTION public.audit_partition(name text, bounds text) OWNER TO lk_owner;

-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;

ALTER FUNCTION public.refuse_change() OWNER TO lk_owner;

-- Name: refuse_loss(); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.refuse_loss() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
begin
    if exists (
        select from gone g
         where not exists (select from public.audit_entries e
                            where e.workspace_id = g.workspace_id and e.entry_id = g.entry_id and e.at = g.at)
    ) then
        raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

ALTER FUNCTION public.refuse_loss() OWNER TO lk_owner;

-- Name: scope_permit(text, uuid, double precision); Type: FUNCTION; Schema: public; Owner: lk_owner

CREATE FUNCTION public.scope_permit(name text, workspace uuid, seconds double precision) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    delete from public.scope_permits as t
     where t.permit in (select o.permit from public.scope_permits as o
                         where o.until < now() order by o.until limit 20 for update skip locked);
    insert into public.scope_permits (permit, workspace_id, until)
    values ($1, $2, now() + make_interval(secs => $3))
    returning permit
$_$;

ALTER FUNCTION public.scope_permit(name text, workspace uuid, seconds double precision) OWNER TO lk_owner;

-- Name: wall(regclass); Type: PROCEDURE; Schema: public; Owner: lk_owner

CREATE PROCEDURE public.wall(IN name regclass)
    LANGUAGE plpgsql
    AS $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format(
        'create policy one_workspace on %s'
        ' using (workspace_id = (select b.workspace_id from public.bound_workspace as b))'
        ' with check (workspace_id = (select b.workspace_id from public.bound_workspace as b))', name);
end $$;

ALTER PROCEDURE public.wall(IN name regclass) OWNER TO lk_owner;

SET default_table_access_method = heap;

-- Name: api_key_directory; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.api_key_directory (
    workspace_id uuid NOT NULL,
    api_key_id uuid NOT NULL,
    owner_workspace_id uuid NOT NULL,
    CONSTRAINT api_key_directory_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.api_key_directory FORCE ROW LEVEL SECURITY;

ALTER TABLE public.api_key_directory OWNER TO lk_owner;

-- Name: api_keys; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.api_keys (
    workspace_id uuid NOT NULL,
    api_key_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    allowed_addresses text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_because text,
    secret_hash bytea NOT NULL,
    secret_at timestamp with time zone NOT NULL,
    secret_seen_by uuid NOT NULL,
    old_hash bytea,
    old_seen_by uuid,
    old_ends_at timestamp with time zone,
    last_used_at timestamp with time zone,
    last_used_masked text,
    reminded_days integer,
    CONSTRAINT api_keys_allowed_addresses_check CHECK ((cardinality(allowed_addresses) <= 20)),
    CONSTRAINT api_keys_check CHECK (((revoked_at IS NULL) = (revoked_because IS NULL))),
    CONSTRAINT api_keys_check1 CHECK ((((old_hash IS NULL) = (old_ends_at IS NULL)) AND ((old_hash IS NULL) = (old_seen_by IS NULL)))),
    CONSTRAINT api_keys_check2 CHECK (((last_used_at IS NULL) = (last_used_masked IS NULL))),
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT api_keys_old_hash_check CHECK ((length(old_hash) = 32)),
    CONSTRAINT api_keys_reminded_days_check CHECK ((reminded_days = ANY (ARRAY[14, 3]))),
    CONSTRAINT api_keys_revoked_because_check CHECK ((revoked_because = ANY (ARRAY['revoked'::text, 'leaked'::text]))),
    CONSTRAINT api_keys_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 40))),
    CONSTRAINT api_keys_secret_hash_check CHECK ((length(secret_hash) = 32))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys OWNER TO lk_owner;

-- Name: audit_checkpoints; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_checkpoints (
    workspace_id uuid NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_checkpoints_size_check CHECK ((size > 0)),
    CONSTRAINT audit_checkpoints_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_checkpoints FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_checkpoints OWNER TO lk_owner;

-- Name: audit_entries; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_entries (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    session_id uuid,
    target_kind text NOT NULL,
    target_id uuid,
    request_id text NOT NULL,
    commitment bytea NOT NULL,
    payload bytea NOT NULL,
    CONSTRAINT audit_entries_commitment_check CHECK ((length(commitment) = 32))
)
PARTITION BY RANGE (at);

ALTER TABLE ONLY public.audit_entries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_entries OWNER TO lk_owner;

-- Name: audit_entries_else; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_entries_else (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    session_id uuid,
    target_kind text NOT NULL,
    target_id uuid,
    request_id text NOT NULL,
    commitment bytea NOT NULL,
    payload bytea NOT NULL,
    CONSTRAINT audit_entries_commitment_check CHECK ((length(commitment) = 32))
);

ALTER TABLE ONLY public.audit_entries_else FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_entries_else OWNER TO lk_owner;

-- Name: audit_heads; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_heads (
    workspace_id uuid NOT NULL,
    last_number bigint NOT NULL
);

ALTER TABLE ONLY public.audit_heads FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_heads OWNER TO lk_owner;

-- Name: audit_keys; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_keys (
    workspace_id uuid NOT NULL,
    month date NOT NULL,
    key_id uuid NOT NULL,
    key_sealed bytea,
    created_at timestamp with time zone NOT NULL,
    destroyed_at timestamp with time zone,
    CONSTRAINT audit_keys_check CHECK (((key_sealed IS NULL) = (destroyed_at IS NOT NULL))),
    CONSTRAINT audit_keys_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE ONLY public.audit_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_keys OWNER TO lk_owner;

-- Name: audit_leaves; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_leaves (
    workspace_id uuid NOT NULL,
    number bigint NOT NULL,
    tree_index bigint NOT NULL,
    entry_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT audit_leaves_number_check CHECK ((number > 0)),
    CONSTRAINT audit_leaves_tree_index_check CHECK ((tree_index >= 0))
);

ALTER TABLE ONLY public.audit_leaves FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_leaves OWNER TO lk_owner;

-- Name: audit_log; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_log (
    workspace_id uuid NOT NULL,
    origin text NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_log_origin_check CHECK (((length(origin) >= 1) AND (length(origin) <= 200))),
    CONSTRAINT audit_log_size_check CHECK ((size >= 0)),
    CONSTRAINT audit_log_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log OWNER TO lk_owner;

-- Name: audit_log_keys; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_log_keys (
    workspace_id uuid NOT NULL,
    key_id uuid NOT NULL,
    "position" bigint NOT NULL,
    verifier text NOT NULL,
    seed_sealed bytea NOT NULL,
    endorsement text,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_log_keys_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_log_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log_keys OWNER TO lk_owner;

-- Name: audit_log_keys_position_seq; Type: SEQUENCE; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_log_keys ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_keys_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: audit_months; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_months (
    workspace_id uuid NOT NULL,
    month date NOT NULL,
    gone bigint NOT NULL,
    note text,
    dropped_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_months_check CHECK (((note IS NULL) = (gone = 0))),
    CONSTRAINT audit_months_gone_check CHECK ((gone >= 0)),
    CONSTRAINT audit_months_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT audit_months_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_months FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_months OWNER TO lk_owner;

-- Name: audit_waiting; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_waiting (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    session_id uuid,
    target_kind text NOT NULL,
    target_id uuid,
    request_id text NOT NULL,
    commitment bytea NOT NULL,
    payload bytea NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT digests CHECK (((length(commitment) = 32) AND (length(digest) = 32)))
);

ALTER TABLE ONLY public.audit_waiting FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_waiting OWNER TO lk_owner;

-- Name: audit_positions; Type: SEQUENCE; Schema: public; Owner: lk_owner

CREATE SEQUENCE public.audit_positions
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE public.audit_positions OWNER TO lk_owner;

-- Name: audit_positions; Type: SEQUENCE OWNED BY; Schema: public; Owner: lk_owner

ALTER SEQUENCE public.audit_positions OWNED BY public.audit_waiting."position";

-- Name: audit_readings; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_readings (
    workspace_id uuid NOT NULL,
    session_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.audit_readings FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_readings OWNER TO lk_owner;

-- Name: audit_reviews; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_reviews (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    entry_at timestamp with time zone NOT NULL,
    reviewed_by uuid NOT NULL,
    reviewed_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.audit_reviews FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_reviews OWNER TO lk_owner;

-- Name: audit_stream_directory; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_stream_directory (
    workspace_id uuid NOT NULL,
    stream_id uuid NOT NULL,
    owner_workspace_id uuid NOT NULL,
    next_at timestamp with time zone,
    lease bigint DEFAULT 0 NOT NULL,
    CONSTRAINT audit_stream_directory_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_stream_directory FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_stream_directory OWNER TO lk_owner;

-- Name: audit_streams; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_streams (
    workspace_id uuid NOT NULL,
    stream_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    authority text,
    secret_sealed bytea,
    old_secret_sealed bytea,
    old_secret_ends_at timestamp with time zone,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_number bigint NOT NULL,
    batch_last bigint,
    delivered_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    last_error text,
    last_error_at timestamp with time zone,
    next_attempt_at timestamp with time zone,
    paused_at timestamp with time zone,
    paused_because text,
    CONSTRAINT audit_streams_address_check CHECK (((length(address) >= 1) AND (length(address) <= 500))),
    CONSTRAINT audit_streams_authority_check CHECK ((length(authority) <= 20000)),
    CONSTRAINT audit_streams_check CHECK ((batch_last > last_number)),
    CONSTRAINT audit_streams_check1 CHECK (((kind = 'webhook'::text) = (secret_sealed IS NOT NULL))),
    CONSTRAINT audit_streams_check2 CHECK (((old_secret_sealed IS NULL) = (old_secret_ends_at IS NULL))),
    CONSTRAINT audit_streams_check3 CHECK (((old_secret_sealed IS NULL) OR (secret_sealed IS NOT NULL))),
    CONSTRAINT audit_streams_check4 CHECK (((last_error IS NULL) = (last_error_at IS NULL))),
    CONSTRAINT audit_streams_check5 CHECK (((paused_at IS NULL) = (paused_because IS NULL))),
    CONSTRAINT audit_streams_check6 CHECK (((next_attempt_at IS NULL) OR ((failing_since IS NOT NULL) AND (paused_at IS NULL)))),
    CONSTRAINT audit_streams_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'syslog'::text]))),
    CONSTRAINT audit_streams_last_error_check CHECK ((length(last_error) <= 200)),
    CONSTRAINT audit_streams_last_number_check CHECK ((last_number >= 0)),
    CONSTRAINT audit_streams_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT audit_streams_paused_because_check CHECK ((paused_because = ANY (ARRAY['by_hand'::text, 'failing'::text, 'gone'::text])))
);

ALTER TABLE ONLY public.audit_streams FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_streams OWNER TO lk_owner;

-- Name: audit_summaries; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_summaries (
    workspace_id uuid NOT NULL,
    month date NOT NULL,
    entries bigint NOT NULL,
    note text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_summaries_entries_check CHECK ((entries > 0)),
    CONSTRAINT audit_summaries_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE ONLY public.audit_summaries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_summaries OWNER TO lk_owner;

-- Name: audit_tiles; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_tiles (
    workspace_id uuid NOT NULL,
    level smallint NOT NULL,
    tile_index bigint NOT NULL,
    hashes bytea NOT NULL,
    CONSTRAINT audit_tiles_hashes_check CHECK ((((length(hashes) % 32) = 0) AND ((length(hashes) >= 32) AND (length(hashes) <= 8192)))),
    CONSTRAINT audit_tiles_level_check CHECK (((level >= 0) AND (level <= 63))),
    CONSTRAINT audit_tiles_tile_index_check CHECK ((tile_index >= 0)),
    CONSTRAINT audit_tiles_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.audit_tiles FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_tiles OWNER TO lk_owner;

-- Name: audit_views; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.audit_views (
    workspace_id uuid NOT NULL,
    view_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT audit_views_query_check CHECK ((length(query) <= 500))
);

ALTER TABLE ONLY public.audit_views FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_views OWNER TO lk_owner;

-- Name: audit_written; Type: VIEW; Schema: public; Owner: lk_owner

CREATE VIEW public.audit_written WITH (security_invoker='true') AS
 SELECT audit_entries.workspace_id,
    audit_entries.entry_id,
    audit_entries."position",
    audit_entries.at,
    audit_entries.action,
    audit_entries.actor_kind,
    audit_entries.actor_id,
    audit_entries.session_id,
    audit_entries.target_kind,
    audit_entries.target_id,
    audit_entries.request_id,
    audit_entries.commitment,
    audit_entries.payload
   FROM public.audit_entries
UNION ALL
 SELECT audit_waiting.workspace_id,
    audit_waiting.entry_id,
    audit_waiting."position",
    audit_waiting.at,
    audit_waiting.action,
    audit_waiting.actor_kind,
    audit_waiting.actor_id,
    audit_waiting.session_id,
    audit_waiting.target_kind,
    audit_waiting.target_id,
    audit_waiting.request_id,
    audit_waiting.commitment,
    audit_waiting.payload
   FROM public.audit_waiting;

ALTER TABLE public.audit_written OWNER TO lk_owner;

-- Name: scope_permits; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.scope_permits (
    permit text NOT NULL COLLATE pg_catalog."C",
    workspace_id uuid NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT scope_permits_permit_check CHECK ((length(permit) = 32))
)
WITH (fillfactor='10');

ALTER TABLE public.scope_permits OWNER TO lk_owner;

-- Name: bound_workspace; Type: VIEW; Schema: public; Owner: lk_owner

CREATE VIEW public.bound_workspace WITH (security_barrier='true') AS
 SELECT t.workspace_id
   FROM public.scope_permits t
  WHERE ((t.permit = current_setting('lk.workspace'::text, true)) AND (t.until >= now()));

ALTER TABLE public.bound_workspace OWNER TO lk_owner;

-- Name: VIEW bound_workspace; Type: COMMENT; Schema: public; Owner: lk_owner

COMMENT ON VIEW public.bound_workspace IS 'The workspace that the running transaction is bound to by the permit it shows; no row, hence no row of any table, otherwise.';

-- Name: canaries; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.canaries (
    workspace_id uuid NOT NULL,
    place text NOT NULL,
    canary_workspace_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    operator_id uuid NOT NULL,
    api_key_id uuid NOT NULL,
    widget_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    words text NOT NULL,
    CONSTRAINT canaries_place_check CHECK ((place = ANY (ARRAY['a'::text, 'b'::text]))),
    CONSTRAINT canaries_words_check CHECK (((length(words) >= 16) AND (length(words) <= 200))),
    CONSTRAINT canaries_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.canaries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.canaries OWNER TO lk_owner;

-- Name: contacts; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.contacts (
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    name text,
    email text,
    verified boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT contacts_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT contacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

ALTER TABLE ONLY public.contacts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.contacts OWNER TO lk_owner;

-- Name: conversation_reads; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.conversation_reads (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    read_seq bigint NOT NULL
);

ALTER TABLE ONLY public.conversation_reads FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_reads OWNER TO lk_owner;

-- Name: conversation_words; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.conversation_words (
    workspace_id uuid NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT conversation_words_seq_check CHECK ((seq >= 0)),
    CONSTRAINT conversation_words_word_check CHECK (((length(word) >= 1) AND (length(word) <= 40)))
)
WITH (fillfactor='85');

ALTER TABLE ONLY public.conversation_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_words OWNER TO lk_owner;

-- Name: conversations; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.conversations (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    widget_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    status text NOT NULL,
    snoozed_until timestamp with time zone,
    assignee_id uuid,
    last_seq bigint NOT NULL,
    last_public_seq bigint NOT NULL,
    last_visitor_seq bigint NOT NULL,
    preview_seq bigint,
    preview_kind text,
    preview_author text,
    preview_author_id uuid,
    preview text,
    preview_at timestamp with time zone,
    visitor_read_seq bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    words_at timestamp with time zone,
    CONSTRAINT conversations_check CHECK (((status = 'snoozed'::text) = (snoozed_until IS NOT NULL))),
    CONSTRAINT conversations_preview_author_check CHECK ((preview_author = ANY (ARRAY['visitor'::text, 'operator'::text, 'api_key'::text]))),
    CONSTRAINT conversations_preview_check CHECK ((length(preview) <= 160)),
    CONSTRAINT conversations_preview_kind_check CHECK ((preview_kind = ANY (ARRAY['reply'::text, 'note'::text]))),
    CONSTRAINT conversations_status_check CHECK ((status = ANY (ARRAY['open'::text, 'snoozed'::text, 'resolved'::text])))
);

ALTER TABLE ONLY public.conversations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversations OWNER TO lk_owner;

-- Name: evidence; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.evidence (
    workspace_id uuid NOT NULL,
    evidence_id uuid NOT NULL,
    check_name text NOT NULL,
    result text NOT NULL,
    at timestamp with time zone NOT NULL,
    took_us bigint NOT NULL,
    detail jsonb NOT NULL,
    build text NOT NULL,
    CONSTRAINT evidence_build_check CHECK (((length(build) >= 1) AND (length(build) <= 80))),
    CONSTRAINT evidence_check_name_check CHECK (((length(check_name) >= 1) AND (length(check_name) <= 40))),
    CONSTRAINT evidence_result_check CHECK ((result = ANY (ARRAY['passed'::text, 'failed'::text, 'unknown'::text]))),
    CONSTRAINT evidence_took_us_check CHECK ((took_us >= 0)),
    CONSTRAINT evidence_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.evidence FORCE ROW LEVEL SECURITY;

ALTER TABLE public.evidence OWNER TO lk_owner;

-- Name: factor_helps; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.factor_helps (
    workspace_id uuid NOT NULL,
    help_id uuid NOT NULL,
    person_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    approved_in uuid,
    approved_by uuid,
    ripe_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_because text,
    CONSTRAINT factor_helps_check CHECK ((((approved_in IS NULL) = (ripe_at IS NULL)) AND ((approved_by IS NULL) = (ripe_at IS NULL)))),
    CONSTRAINT factor_helps_check1 CHECK (((ended_at IS NULL) = (ended_because IS NULL))),
    CONSTRAINT factor_helps_ended_because_check CHECK ((ended_because = ANY (ARRAY['used'::text, 'cancelled'::text, 'expired'::text, 'not_needed'::text, 'password_changed'::text, 'login_closed'::text]))),
    CONSTRAINT factor_helps_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.factor_helps FORCE ROW LEVEL SECURITY;

ALTER TABLE public.factor_helps OWNER TO lk_owner;

-- Name: former_memberships; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.former_memberships (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    member_workspace_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT former_memberships_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.former_memberships FORCE ROW LEVEL SECURITY;

ALTER TABLE public.former_memberships OWNER TO lk_owner;

-- Name: instance_facts; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.instance_facts (
    workspace_id uuid NOT NULL,
    fact text NOT NULL,
    value text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT instance_facts_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.instance_facts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.instance_facts OWNER TO lk_owner;

-- Name: invitations; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.invitations (
    workspace_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    revoked_at timestamp with time zone,
    link_shown_at timestamp with time zone,
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['user'::text, 'admin'::text, 'super_admin'::text]))),
    CONSTRAINT invitations_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitations OWNER TO lk_owner;

-- Name: mails; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.mails (
    workspace_id uuid NOT NULL,
    mail_id uuid NOT NULL,
    kind text NOT NULL,
    envelope_sealed bytea,
    state text NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT mails_check CHECK (((state = 'waiting'::text) = (envelope_sealed IS NOT NULL))),
    CONSTRAINT mails_check1 CHECK (((state = 'waiting'::text) = (settled_at IS NULL))),
    CONSTRAINT mails_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 40))),
    CONSTRAINT mails_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'given_up'::text]))),
    CONSTRAINT mails_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.mails FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mails OWNER TO lk_owner;

-- Name: memberships; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.memberships (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    member_workspace_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    workspace_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT memberships_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memberships OWNER TO lk_owner;

-- Name: messages; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.messages (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    public_seq bigint,
    message_id uuid NOT NULL,
    kind text NOT NULL,
    author_kind text NOT NULL,
    author_id uuid,
    body text NOT NULL,
    activity jsonb,
    client_message_id text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT messages_author_kind_check CHECK ((author_kind = ANY (ARRAY['visitor'::text, 'operator'::text, 'api_key'::text, 'system'::text]))),
    CONSTRAINT messages_body_check CHECK ((length(body) <= 4000)),
    CONSTRAINT messages_check CHECK (((kind = 'reply'::text) = (public_seq IS NOT NULL))),
    CONSTRAINT messages_check1 CHECK (((kind = 'activity'::text) = (activity IS NOT NULL))),
    CONSTRAINT messages_client_message_id_check CHECK (((length(client_message_id) >= 8) AND (length(client_message_id) <= 64))),
    CONSTRAINT messages_kind_check CHECK ((kind = ANY (ARRAY['reply'::text, 'note'::text, 'activity'::text])))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

ALTER TABLE public.messages OWNER TO lk_owner;

-- Name: one_time_links; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.one_time_links (
    workspace_id uuid NOT NULL,
    link_id uuid NOT NULL,
    purpose text NOT NULL,
    person_id uuid,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    email text,
    CONSTRAINT one_time_links_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT one_time_links_purpose_check CHECK ((purpose = ANY (ARRAY['setup'::text, 'sign_in'::text, 'reset'::text, 'confirm_email'::text, 'undo_email'::text, 'sign_up'::text, 'cancel_help'::text]))),
    CONSTRAINT one_time_links_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT one_time_links_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.one_time_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.one_time_links OWNER TO lk_owner;

-- Name: operators; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.operators (
    workspace_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    sessions_ended_at timestamp with time zone,
    CONSTRAINT operators_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['user'::text, 'admin'::text, 'super_admin'::text])))
);

ALTER TABLE ONLY public.operators FORCE ROW LEVEL SECURITY;

ALTER TABLE public.operators OWNER TO lk_owner;

-- Name: outbox; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.outbox (
    workspace_id uuid NOT NULL,
    event_id uuid NOT NULL,
    "position" bigint NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    data jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    seq bigint
);

ALTER TABLE ONLY public.outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE public.outbox OWNER TO lk_owner;

-- Name: outbox_position_seq; Type: SEQUENCE; Schema: public; Owner: lk_owner

ALTER TABLE public.outbox ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: passkey_challenges; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.passkey_challenges (
    workspace_id uuid NOT NULL,
    challenge_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    purpose text NOT NULL,
    person_id uuid,
    bound_to uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT passkey_challenges_check CHECK (((purpose = 'sign_in'::text) = (person_id IS NULL))),
    CONSTRAINT passkey_challenges_check1 CHECK (((purpose = 'sign_in'::text) = (bound_to IS NULL))),
    CONSTRAINT passkey_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['enrolment'::text, 'proof'::text, 'second_factor'::text, 'sign_in'::text]))),
    CONSTRAINT passkey_challenges_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT passkey_challenges_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.passkey_challenges FORCE ROW LEVEL SECURITY;

ALTER TABLE public.passkey_challenges OWNER TO lk_owner;

-- Name: passkeys; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.passkeys (
    workspace_id uuid NOT NULL,
    passkey_id uuid NOT NULL,
    person_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    transports text[] NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_check CHECK ((backup_eligible OR (NOT backed_up))),
    CONSTRAINT passkeys_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023))),
    CONSTRAINT passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT passkeys_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint))),
    CONSTRAINT passkeys_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.passkeys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.passkeys OWNER TO lk_owner;

-- Name: persons; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.persons (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    name text NOT NULL,
    password text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    password_changed_at timestamp with time zone NOT NULL,
    email_verified_at timestamp with time zone,
    sso_hint_at timestamp with time zone,
    closed_at timestamp with time zone,
    factor_owed_since timestamp with time zone,
    canary_workspace_id uuid,
    CONSTRAINT persons_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT persons_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT persons_password_check CHECK ((password ~~ '$argon2id$%'::text)),
    CONSTRAINT persons_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.persons FORCE ROW LEVEL SECURITY;

ALTER TABLE public.persons OWNER TO lk_owner;

-- Name: recovery_codes; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.recovery_codes (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((length(code_hash) = 32)),
    CONSTRAINT recovery_codes_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes OWNER TO lk_owner;

-- Name: refresh_tokens; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.refresh_tokens (
    workspace_id uuid NOT NULL,
    refresh_token_id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    parent_id uuid,
    issued_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    child_sealed bytea,
    replays smallint DEFAULT 0 NOT NULL,
    CONSTRAINT refresh_tokens_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT refresh_tokens_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.refresh_tokens FORCE ROW LEVEL SECURITY;

ALTER TABLE public.refresh_tokens OWNER TO lk_owner;

-- Name: sessions; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sessions (
    workspace_id uuid NOT NULL,
    session_id uuid NOT NULL,
    person_id uuid NOT NULL,
    context_id uuid NOT NULL,
    context_workspace_id uuid NOT NULL,
    context_operator_id uuid NOT NULL,
    device text NOT NULL,
    address_sealed bytea NOT NULL,
    address_masked text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_because text,
    factors text[] NOT NULL,
    authenticated_at timestamp with time zone NOT NULL,
    sso_workspace_id uuid,
    sso_subject text,
    sso_sid text,
    device_hash bytea,
    CONSTRAINT sessions_check CHECK (((sso_workspace_id IS NULL) = (sso_subject IS NULL))),
    CONSTRAINT sessions_check1 CHECK (((sso_sid IS NULL) OR (sso_workspace_id IS NOT NULL))),
    CONSTRAINT sessions_device_check CHECK ((length(device) <= 80)),
    CONSTRAINT sessions_device_hash_check CHECK ((length(device_hash) = 32)),
    CONSTRAINT sessions_factors_check CHECK ((factors <@ ARRAY['password'::text, 'totp'::text, 'recovery_code'::text, 'link'::text, 'sso'::text, 'sso_factor'::text, 'passkey'::text])),
    CONSTRAINT sessions_revoked_because_check CHECK ((revoked_because = ANY (ARRAY['signed_out'::text, 'revoked'::text, 'removed'::text, 'refresh_reused'::text, 'expired'::text, 'password_changed'::text, 'email_changed'::text, 'provider_signed_out'::text, 'sso_changed'::text, 'ended_by_admin'::text, 'limits_changed'::text, 'login_closed'::text]))),
    CONSTRAINT sessions_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sessions OWNER TO lk_owner;

-- Name: sign_in_challenges; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sign_in_challenges (
    workspace_id uuid NOT NULL,
    challenge_id uuid NOT NULL,
    person_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    sso_workspace_id uuid,
    sso_subject text,
    sso_sid text,
    CONSTRAINT sign_in_challenges_attempts_check CHECK (((attempts >= 0) AND (attempts <= 5))),
    CONSTRAINT sign_in_challenges_check CHECK (((sso_workspace_id IS NULL) = (sso_subject IS NULL))),
    CONSTRAINT sign_in_challenges_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT sign_in_challenges_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.sign_in_challenges FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_challenges OWNER TO lk_owner;

-- Name: signing_keys; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.signing_keys (
    workspace_id uuid NOT NULL,
    key_id uuid NOT NULL,
    key_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT signing_keys_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.signing_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.signing_keys OWNER TO lk_owner;

-- Name: sso_connections; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_connections (
    workspace_id uuid NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    secret_sealed bytea NOT NULL,
    joins boolean NOT NULL,
    trusts_factors boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT sso_connections_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 255))),
    CONSTRAINT sso_connections_issuer_check CHECK (((length(issuer) >= 8) AND (length(issuer) <= 255)))
);

ALTER TABLE ONLY public.sso_connections FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_connections OWNER TO lk_owner;

-- Name: sso_directory; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_directory (
    workspace_id uuid NOT NULL,
    member_workspace_id uuid NOT NULL,
    enforced_since timestamp with time zone,
    CONSTRAINT sso_directory_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.sso_directory FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_directory OWNER TO lk_owner;

-- Name: sso_domains; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_domains (
    workspace_id uuid NOT NULL,
    domain text NOT NULL,
    proof text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone,
    CONSTRAINT sso_domains_domain_check CHECK (((domain = lower(domain)) AND ((length(domain) >= 1) AND (length(domain) <= 253))))
);

ALTER TABLE ONLY public.sso_domains FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_domains OWNER TO lk_owner;

-- Name: sso_flows; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_flows (
    workspace_id uuid NOT NULL,
    cookie_hash bytea NOT NULL,
    member_workspace_id uuid NOT NULL,
    issuer text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sso_flows_cookie_hash_check CHECK ((length(cookie_hash) = 32)),
    CONSTRAINT sso_flows_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.sso_flows FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_flows OWNER TO lk_owner;

-- Name: sso_identities; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_identities (
    workspace_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    operator_id uuid NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    CONSTRAINT sso_identities_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
);

ALTER TABLE ONLY public.sso_identities FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_identities OWNER TO lk_owner;

-- Name: sso_logout_tokens; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.sso_logout_tokens (
    workspace_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sso_logout_tokens_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.sso_logout_tokens FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sso_logout_tokens OWNER TO lk_owner;

-- Name: staff; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff (
    workspace_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password text,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT staff_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT staff_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT staff_password_check CHECK ((password ~~ '$argon2id$%'::text)),
    CONSTRAINT staff_role_check CHECK ((role = ANY (ARRAY['support'::text, 'admin'::text, 'super_admin'::text]))),
    CONSTRAINT staff_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.staff FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff OWNER TO lk_owner;

-- Name: staff_entries; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff_entries (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    session_id uuid,
    address_sealed bytea,
    address_masked text,
    user_agent text,
    target_kind text NOT NULL,
    target_id uuid,
    change jsonb NOT NULL,
    request_id text NOT NULL,
    CONSTRAINT staff_entries_action_check CHECK ((action ~~ 'staff.%'::text)),
    CONSTRAINT staff_entries_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['staff'::text, 'operator'::text, 'nobody'::text, 'system'::text]))),
    CONSTRAINT staff_entries_user_agent_check CHECK ((length(user_agent) <= 256)),
    CONSTRAINT staff_entries_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.staff_entries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_entries OWNER TO lk_owner;

-- Name: staff_entries_position_seq; Type: SEQUENCE; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_entries ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.staff_entries_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: staff_factors; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff_factors (
    workspace_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    secret_sealed bytea NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    last_step bigint NOT NULL,
    wrong_codes smallint DEFAULT 0 NOT NULL,
    wrong_since timestamp with time zone,
    CONSTRAINT staff_factors_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid)),
    CONSTRAINT staff_factors_wrong_codes_check CHECK ((wrong_codes >= 0))
);

ALTER TABLE ONLY public.staff_factors FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_factors OWNER TO lk_owner;

-- Name: staff_grants; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff_grants (
    workspace_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    granted_workspace_id uuid NOT NULL,
    workspace_name text NOT NULL,
    reason text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    CONSTRAINT staff_grants_check CHECK (((ends_at >= (began_at + '00:15:00'::interval)) AND (ends_at <= (began_at + '04:00:00'::interval)))),
    CONSTRAINT staff_grants_check1 CHECK (((ended_at IS NULL) = (ended_by IS NULL))),
    CONSTRAINT staff_grants_ended_by_check CHECK ((ended_by = ANY (ARRAY['staff'::text, 'workspace'::text, 'disabled'::text]))),
    CONSTRAINT staff_grants_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
    CONSTRAINT staff_grants_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid)),
    CONSTRAINT staff_grants_workspace_name_check CHECK (((length(workspace_name) >= 1) AND (length(workspace_name) <= 80)))
);

ALTER TABLE ONLY public.staff_grants FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_grants OWNER TO lk_owner;

-- Name: staff_links; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff_links (
    workspace_id uuid NOT NULL,
    staff_link_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    secret_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT staff_links_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT staff_links_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.staff_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_links OWNER TO lk_owner;

-- Name: staff_sessions; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.staff_sessions (
    workspace_id uuid NOT NULL,
    staff_session_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    cookie_hash bytea NOT NULL,
    device text NOT NULL,
    address_sealed bytea NOT NULL,
    address_masked text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    authenticated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT staff_sessions_check CHECK ((expires_at <= (created_at + '08:00:00'::interval))),
    CONSTRAINT staff_sessions_cookie_hash_check CHECK ((length(cookie_hash) = 32)),
    CONSTRAINT staff_sessions_device_check CHECK ((length(device) <= 80)),
    CONSTRAINT staff_sessions_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT staff_sessions_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.staff_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_sessions OWNER TO lk_owner;

-- Name: totp_factors; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.totp_factors (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    secret_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    wrong_codes smallint DEFAULT 0 NOT NULL,
    wrong_since timestamp with time zone,
    CONSTRAINT totp_factors_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid)),
    CONSTRAINT totp_factors_wrong_codes_check CHECK ((wrong_codes >= 0))
);

ALTER TABLE ONLY public.totp_factors FORCE ROW LEVEL SECURITY;

ALTER TABLE public.totp_factors OWNER TO lk_owner;

-- Name: visitors; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.visitors (
    workspace_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    widget_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    contact_id uuid,
    site text,
    device text NOT NULL,
    address_sealed bytea NOT NULL,
    address_masked text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT visitors_device_check CHECK ((length(device) <= 80)),
    CONSTRAINT visitors_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.visitors FORCE ROW LEVEL SECURITY;

ALTER TABLE public.visitors OWNER TO lk_owner;

-- Name: widget_directory; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.widget_directory (
    workspace_id uuid NOT NULL,
    widget_id uuid NOT NULL,
    owner_workspace_id uuid NOT NULL,
    CONSTRAINT widget_directory_workspace_id_check CHECK ((workspace_id = '00000000-0000-7000-8000-000000000000'::uuid))
);

ALTER TABLE ONLY public.widget_directory FORCE ROW LEVEL SECURITY;

ALTER TABLE public.widget_directory OWNER TO lk_owner;

-- Name: widgets; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.widgets (
    workspace_id uuid NOT NULL,
    widget_id uuid NOT NULL,
    name text NOT NULL,
    greeting text NOT NULL,
    colour text NOT NULL,
    allowed_sites text[] NOT NULL,
    ask_name boolean NOT NULL,
    ask_email boolean NOT NULL,
    first_hit_at timestamp with time zone,
    first_hit_site text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT widgets_allowed_sites_check CHECK ((cardinality(allowed_sites) <= 50)),
    CONSTRAINT widgets_colour_check CHECK ((colour ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT widgets_greeting_check CHECK ((length(greeting) <= 280)),
    CONSTRAINT widgets_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

ALTER TABLE ONLY public.widgets FORCE ROW LEVEL SECURITY;

ALTER TABLE public.widgets OWNER TO lk_owner;

-- Name: workspace_sequences; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.workspace_sequences (
    workspace_id uuid NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.workspace_sequences FORCE ROW LEVEL SECURITY;

ALTER TABLE public.workspace_sequences OWNER TO lk_owner;

-- Name: workspaces; Type: TABLE; Schema: public; Owner: lk_owner

CREATE TABLE public.workspaces (
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    factor_required_since timestamp with time zone,
    session_idle_minutes integer,
    session_absolute_minutes integer,
    dormant_after_days integer DEFAULT 90 NOT NULL,
    CONSTRAINT workspaces_check CHECK ((session_idle_minutes <= session_absolute_minutes)),
    CONSTRAINT workspaces_dormant_after_days_check CHECK (((dormant_after_days >= 7) AND (dormant_after_days <= 730))),
    CONSTRAINT workspaces_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT workspaces_session_absolute_minutes_check CHECK (((session_absolute_minutes >= 15) AND (session_absolute_minutes <= 129600))),
    CONSTRAINT workspaces_session_idle_minutes_check CHECK (((session_idle_minutes >= 15) AND (session_idle_minutes <= 129600)))
);

ALTER TABLE ONLY public.workspaces FORCE ROW LEVEL SECURITY;

ALTER TABLE public.workspaces OWNER TO lk_owner;

-- Name: audit_entries_else; Type: TABLE ATTACH; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_entries ATTACH PARTITION public.audit_entries_else DEFAULT;

-- Name: audit_waiting position; Type: DEFAULT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_waiting ALTER COLUMN "position" SET DEFAULT nextval('public.audit_positions'::regclass);

-- Name: api_key_directory api_key_directory_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_key_directory
    ADD CONSTRAINT api_key_directory_pkey PRIMARY KEY (workspace_id, api_key_id);

-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (workspace_id, api_key_id);

-- Name: audit_checkpoints audit_checkpoints_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_checkpoints
    ADD CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (workspace_id, size);

-- Name: audit_entries audit_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (workspace_id, entry_id, at);

-- Name: audit_entries_else audit_entries_else_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_entries_else
    ADD CONSTRAINT audit_entries_else_pkey PRIMARY KEY (workspace_id, entry_id, at);

-- Name: audit_heads audit_heads_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY (workspace_id);

-- Name: audit_keys audit_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_keys
    ADD CONSTRAINT audit_keys_pkey PRIMARY KEY (workspace_id, month);

-- Name: audit_leaves audit_leaves_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_pkey PRIMARY KEY (workspace_id, number);

-- Name: audit_log_keys audit_log_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_log_keys
    ADD CONSTRAINT audit_log_keys_pkey PRIMARY KEY (workspace_id, key_id);

-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (workspace_id);

-- Name: audit_months audit_months_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_months
    ADD CONSTRAINT audit_months_pkey PRIMARY KEY (workspace_id, month);

-- Name: audit_readings audit_readings_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_readings
    ADD CONSTRAINT audit_readings_pkey PRIMARY KEY (workspace_id, session_id);

-- Name: audit_reviews audit_reviews_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_reviews
    ADD CONSTRAINT audit_reviews_pkey PRIMARY KEY (workspace_id);

-- Name: audit_stream_directory audit_stream_directory_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_stream_directory
    ADD CONSTRAINT audit_stream_directory_pkey PRIMARY KEY (workspace_id, stream_id);

-- Name: audit_streams audit_streams_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_streams
    ADD CONSTRAINT audit_streams_pkey PRIMARY KEY (workspace_id, stream_id);

-- Name: audit_summaries audit_summaries_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_summaries
    ADD CONSTRAINT audit_summaries_pkey PRIMARY KEY (workspace_id, month);

-- Name: audit_tiles audit_tiles_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_tiles
    ADD CONSTRAINT audit_tiles_pkey PRIMARY KEY (workspace_id, level, tile_index);

-- Name: audit_views audit_views_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_views
    ADD CONSTRAINT audit_views_pkey PRIMARY KEY (workspace_id, view_id);

-- Name: audit_waiting audit_waiting_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_waiting
    ADD CONSTRAINT audit_waiting_pkey PRIMARY KEY (workspace_id, entry_id);

-- Name: canaries canaries_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.canaries
    ADD CONSTRAINT canaries_pkey PRIMARY KEY (workspace_id, place);

-- Name: canaries canaries_workspace_id_canary_workspace_id_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.canaries
    ADD CONSTRAINT canaries_workspace_id_canary_workspace_id_key UNIQUE (workspace_id, canary_workspace_id);

-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (workspace_id, contact_id);

-- Name: conversation_reads conversation_reads_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_pkey PRIMARY KEY (workspace_id, conversation_id, operator_id);

-- Name: conversation_words conversation_words_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversation_words
    ADD CONSTRAINT conversation_words_pkey PRIMARY KEY (workspace_id, word, conversation_id);

-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (workspace_id, conversation_id);

-- Name: evidence evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (workspace_id, evidence_id);

-- Name: factor_helps factor_helps_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.factor_helps
    ADD CONSTRAINT factor_helps_pkey PRIMARY KEY (workspace_id, help_id);

-- Name: former_memberships former_memberships_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.former_memberships
    ADD CONSTRAINT former_memberships_pkey PRIMARY KEY (workspace_id, person_id, member_workspace_id);

-- Name: instance_facts instance_facts_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.instance_facts
    ADD CONSTRAINT instance_facts_pkey PRIMARY KEY (workspace_id, fact);

-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (workspace_id, invitation_id);

-- Name: invitations invitations_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: mails mails_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (workspace_id, mail_id);

-- Name: memberships memberships_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (workspace_id, person_id, member_workspace_id);

-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (workspace_id, conversation_id, seq);

-- Name: messages messages_workspace_id_conversation_id_client_message_id_aut_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_workspace_id_conversation_id_client_message_id_aut_key UNIQUE (workspace_id, conversation_id, client_message_id, author_id);

-- Name: messages messages_workspace_id_message_id_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_workspace_id_message_id_key UNIQUE (workspace_id, message_id);

-- Name: one_time_links one_time_links_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.one_time_links
    ADD CONSTRAINT one_time_links_pkey PRIMARY KEY (workspace_id, link_id);

-- Name: one_time_links one_time_links_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.one_time_links
    ADD CONSTRAINT one_time_links_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: operators operators_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (workspace_id, operator_id);

-- Name: operators operators_workspace_id_person_id_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_workspace_id_person_id_key UNIQUE (workspace_id, person_id);

-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (workspace_id, event_id);

-- Name: passkey_challenges passkey_challenges_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkey_challenges
    ADD CONSTRAINT passkey_challenges_pkey PRIMARY KEY (workspace_id, challenge_id);

-- Name: passkey_challenges passkey_challenges_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkey_challenges
    ADD CONSTRAINT passkey_challenges_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: passkeys passkeys_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (workspace_id, passkey_id);

-- Name: passkeys passkeys_workspace_id_credential_id_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_workspace_id_credential_id_key UNIQUE (workspace_id, credential_id);

-- Name: persons persons_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (workspace_id, person_id);

-- Name: persons persons_workspace_id_email_key_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_workspace_id_email_key_key UNIQUE (workspace_id, email_key);

-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (workspace_id, person_id, code_hash);

-- Name: refresh_tokens refresh_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (workspace_id, refresh_token_id);

-- Name: refresh_tokens refresh_tokens_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: scope_permits scope_permits_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.scope_permits
    ADD CONSTRAINT scope_permits_pkey PRIMARY KEY (permit);

-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (workspace_id, session_id);

-- Name: sign_in_challenges sign_in_challenges_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sign_in_challenges
    ADD CONSTRAINT sign_in_challenges_pkey PRIMARY KEY (workspace_id, challenge_id);

-- Name: sign_in_challenges sign_in_challenges_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sign_in_challenges
    ADD CONSTRAINT sign_in_challenges_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: signing_keys signing_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (workspace_id, key_id);

-- Name: sso_connections sso_connections_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_connections
    ADD CONSTRAINT sso_connections_pkey PRIMARY KEY (workspace_id);

-- Name: sso_directory sso_directory_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_directory
    ADD CONSTRAINT sso_directory_pkey PRIMARY KEY (workspace_id, member_workspace_id);

-- Name: sso_domains sso_domains_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_domains
    ADD CONSTRAINT sso_domains_pkey PRIMARY KEY (workspace_id, domain);

-- Name: sso_flows sso_flows_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_flows
    ADD CONSTRAINT sso_flows_pkey PRIMARY KEY (workspace_id, cookie_hash);

-- Name: sso_identities sso_identities_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_identities
    ADD CONSTRAINT sso_identities_pkey PRIMARY KEY (workspace_id, issuer, subject);

-- Name: sso_identities sso_identities_workspace_id_issuer_operator_id_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_identities
    ADD CONSTRAINT sso_identities_workspace_id_issuer_operator_id_key UNIQUE (workspace_id, issuer, operator_id);

-- Name: sso_logout_tokens sso_logout_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_logout_tokens
    ADD CONSTRAINT sso_logout_tokens_pkey PRIMARY KEY (workspace_id, token_hash);

-- Name: staff_entries staff_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_entries
    ADD CONSTRAINT staff_entries_pkey PRIMARY KEY (workspace_id, entry_id);

-- Name: staff_factors staff_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_factors
    ADD CONSTRAINT staff_factors_pkey PRIMARY KEY (workspace_id, staff_id);

-- Name: staff_grants staff_grants_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_grants
    ADD CONSTRAINT staff_grants_pkey PRIMARY KEY (workspace_id, grant_id);

-- Name: staff_links staff_links_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_links
    ADD CONSTRAINT staff_links_pkey PRIMARY KEY (workspace_id, staff_link_id);

-- Name: staff_links staff_links_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_links
    ADD CONSTRAINT staff_links_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: staff staff_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (workspace_id, staff_id);

-- Name: staff_sessions staff_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_pkey PRIMARY KEY (workspace_id, staff_session_id);

-- Name: staff_sessions staff_sessions_workspace_id_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_workspace_id_token_hash_key UNIQUE (workspace_id, token_hash);

-- Name: staff staff_workspace_id_email_key_key; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_workspace_id_email_key_key UNIQUE (workspace_id, email_key);

-- Name: totp_factors totp_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_pkey PRIMARY KEY (workspace_id, person_id);

-- Name: visitors visitors_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.visitors
    ADD CONSTRAINT visitors_pkey PRIMARY KEY (workspace_id, visitor_id);

-- Name: widget_directory widget_directory_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.widget_directory
    ADD CONSTRAINT widget_directory_pkey PRIMARY KEY (workspace_id, widget_id);

-- Name: widgets widgets_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.widgets
    ADD CONSTRAINT widgets_pkey PRIMARY KEY (workspace_id, widget_id);

-- Name: workspace_sequences workspace_sequences_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.workspace_sequences
    ADD CONSTRAINT workspace_sequences_pkey PRIMARY KEY (workspace_id);

-- Name: workspaces workspaces_pkey; Type: CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (workspace_id);

-- Name: api_keys_newest; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX api_keys_newest ON public.api_keys USING btree (workspace_id, created_at DESC, api_key_id DESC);

-- Name: audit_entries_about; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_about ON ONLY public.audit_entries USING btree (workspace_id, target_id, entry_id) WHERE (target_id IS NOT NULL);

-- Name: audit_entries_by_action; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_by_action ON ONLY public.audit_entries USING btree (workspace_id, action, entry_id);

-- Name: audit_entries_by_actor; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_by_actor ON ONLY public.audit_entries USING btree (workspace_id, actor_id, entry_id) WHERE (actor_id IS NOT NULL);

-- Name: audit_entries_by_kinds; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_by_kinds ON ONLY public.audit_entries USING btree (workspace_id, actor_kind, target_kind, entry_id);

-- Name: audit_entries_by_person; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_by_person ON ONLY public.audit_entries USING btree (workspace_id, actor_id, entry_id) WHERE (target_kind = ANY (ARRAY['session'::text, 'person'::text]));

-- Name: audit_entries_by_request; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_by_request ON ONLY public.audit_entries USING btree (workspace_id, request_id, entry_id);

-- Name: audit_entries_else_workspace_id_action_entry_id_idx; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_action_entry_id_idx ON public.audit_entries_else USING btree (workspace_id, action, entry_id);

-- Name: audit_entries_else_workspace_id_actor_id_entry_id_idx; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_actor_id_entry_id_idx ON public.audit_entries_else USING btree (workspace_id, actor_id, entry_id) WHERE (target_kind = ANY (ARRAY['session'::text, 'person'::text]));

-- Name: audit_entries_else_workspace_id_actor_id_entry_id_idx1; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_actor_id_entry_id_idx1 ON public.audit_entries_else USING btree (workspace_id, actor_id, entry_id) WHERE (actor_id IS NOT NULL);

-- Name: audit_entries_else_workspace_id_actor_kind_target_kind_entr_idx; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_actor_kind_target_kind_entr_idx ON public.audit_entries_else USING btree (workspace_id, actor_kind, target_kind, entry_id);

-- Name: audit_entries_else_workspace_id_request_id_entry_id_idx; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_request_id_entry_id_idx ON public.audit_entries_else USING btree (workspace_id, request_id, entry_id);

-- Name: audit_entries_else_workspace_id_target_id_entry_id_idx1; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_entries_else_workspace_id_target_id_entry_id_idx1 ON public.audit_entries_else USING btree (workspace_id, target_id, entry_id) WHERE (target_id IS NOT NULL);

-- Name: audit_leaves_of_entry; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_leaves_of_entry ON public.audit_leaves USING btree (workspace_id, entry_id);

-- Name: audit_stream_directory_due; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_stream_directory_due ON public.audit_stream_directory USING btree (workspace_id, next_at) WHERE (next_at IS NOT NULL);

-- Name: audit_views_of; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX audit_views_of ON public.audit_views USING btree (workspace_id, operator_id, name);

-- Name: conversations_by_activity; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX conversations_by_activity ON public.conversations USING btree (workspace_id, status, updated_at DESC, conversation_id DESC);

-- Name: conversations_of_visitor; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX conversations_of_visitor ON public.conversations USING btree (workspace_id, visitor_id);

-- Name: conversations_snoozed; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX conversations_snoozed ON public.conversations USING btree (workspace_id, snoozed_until) WHERE (status = 'snoozed'::text);

-- Name: conversations_without_words; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX conversations_without_words ON public.conversations USING btree (workspace_id, conversation_id) WHERE (words_at IS NULL);

-- Name: evidence_newest; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX evidence_newest ON public.evidence USING btree (workspace_id, check_name, at DESC, evidence_id DESC);

-- Name: factor_helps_open; Type: INDEX; Schema: public; Owner: lk_owner

CREATE UNIQUE INDEX factor_helps_open ON public.factor_helps USING btree (workspace_id, person_id) WHERE (ended_at IS NULL);

-- Name: mails_settled; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX mails_settled ON public.mails USING btree (workspace_id, settled_at) WHERE (state <> 'waiting'::text);

-- Name: mails_waiting; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX mails_waiting ON public.mails USING btree (workspace_id, next_at, mail_id) WHERE (state = 'waiting'::text);

-- Name: memberships_of_workspace; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX memberships_of_workspace ON public.memberships USING btree (workspace_id, member_workspace_id);

-- Name: messages_public; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX messages_public ON public.messages USING btree (workspace_id, conversation_id, public_seq) WHERE (public_seq IS NOT NULL);

-- Name: one_time_links_of_address; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX one_time_links_of_address ON public.one_time_links USING btree (workspace_id, lower(email), created_at) WHERE (purpose = 'sign_up'::text);

-- Name: one_time_links_of_person; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX one_time_links_of_person ON public.one_time_links USING btree (workspace_id, person_id, purpose, created_at);

-- Name: outbox_seq; Type: INDEX; Schema: public; Owner: lk_owner

CREATE UNIQUE INDEX outbox_seq ON public.outbox USING btree (workspace_id, seq) WHERE (seq IS NOT NULL);

-- Name: outbox_waiting; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX outbox_waiting ON public.outbox USING btree ("position") WHERE (seq IS NULL);

-- Name: passkey_challenges_ended; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX passkey_challenges_ended ON public.passkey_challenges USING btree (workspace_id, expires_at);

-- Name: passkeys_of_person; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX passkeys_of_person ON public.passkeys USING btree (workspace_id, person_id);

-- Name: refresh_tokens_of_session; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX refresh_tokens_of_session ON public.refresh_tokens USING btree (workspace_id, session_id);

-- Name: scope_permits_until; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX scope_permits_until ON public.scope_permits USING btree (until);

-- Name: sessions_in_workspace; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sessions_in_workspace ON public.sessions USING btree (workspace_id, context_workspace_id) WHERE (revoked_at IS NULL);

-- Name: sessions_of_person; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sessions_of_person ON public.sessions USING btree (workspace_id, person_id) WHERE (revoked_at IS NULL);

-- Name: sessions_of_person_by_device; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sessions_of_person_by_device ON public.sessions USING btree (workspace_id, person_id, device);

-- Name: sessions_of_sso; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sessions_of_sso ON public.sessions USING btree (workspace_id, sso_workspace_id) WHERE ((sso_workspace_id IS NOT NULL) AND (revoked_at IS NULL));

-- Name: sign_in_challenges_of_person; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sign_in_challenges_of_person ON public.sign_in_challenges USING btree (workspace_id, person_id);

-- Name: sso_flows_expiring; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX sso_flows_expiring ON public.sso_flows USING btree (workspace_id, expires_at);

-- Name: staff_entries_newest; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX staff_entries_newest ON public.staff_entries USING btree (workspace_id, "position" DESC);

-- Name: staff_grants_of_staff; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX staff_grants_of_staff ON public.staff_grants USING btree (workspace_id, staff_id, grant_id DESC);

-- Name: staff_grants_of_workspace; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX staff_grants_of_workspace ON public.staff_grants USING btree (workspace_id, granted_workspace_id, grant_id DESC);

-- Name: staff_links_of_staff; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX staff_links_of_staff ON public.staff_links USING btree (workspace_id, staff_id) WHERE (used_at IS NULL);

-- Name: staff_sessions_of_staff; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX staff_sessions_of_staff ON public.staff_sessions USING btree (workspace_id, staff_id) WHERE (revoked_at IS NULL);

-- Name: visitors_of_contact; Type: INDEX; Schema: public; Owner: lk_owner

CREATE INDEX visitors_of_contact ON public.visitors USING btree (workspace_id, contact_id) WHERE (contact_id IS NOT NULL);

-- Name: audit_entries_else_pkey; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_pkey ATTACH PARTITION public.audit_entries_else_pkey;

-- Name: audit_entries_else_workspace_id_action_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_by_action ATTACH PARTITION public.audit_entries_else_workspace_id_action_entry_id_idx;

-- Name: audit_entries_else_workspace_id_actor_id_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_by_person ATTACH PARTITION public.audit_entries_else_workspace_id_actor_id_entry_id_idx;

-- Name: audit_entries_else_workspace_id_actor_id_entry_id_idx1; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_by_actor ATTACH PARTITION public.audit_entries_else_workspace_id_actor_id_entry_id_idx1;

-- Name: audit_entries_else_workspace_id_actor_kind_target_kind_entr_idx; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_by_kinds ATTACH PARTITION public.audit_entries_else_workspace_id_actor_kind_target_kind_entr_idx;

-- Name: audit_entries_else_workspace_id_request_id_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_by_request ATTACH PARTITION public.audit_entries_else_workspace_id_request_id_entry_id_idx;

-- Name: audit_entries_else_workspace_id_target_id_entry_id_idx1; Type: INDEX ATTACH; Schema: public; Owner: lk_owner

ALTER INDEX public.audit_entries_about ATTACH PARTITION public.audit_entries_else_workspace_id_target_id_entry_id_idx1;

-- Name: audit_entries never_emptied; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: audit_entries_else never_emptied; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.audit_entries_else FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: audit_waiting never_emptied; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.audit_waiting FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: staff_entries never_emptied; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.staff_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: audit_waiting nothing_lost; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER nothing_lost AFTER DELETE ON public.audit_waiting REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_loss();

-- Name: audit_entries only_grows; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: audit_waiting only_grows; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER only_grows BEFORE UPDATE ON public.audit_waiting FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: staff_entries only_grows; Type: TRIGGER; Schema: public; Owner: lk_owner

CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.staff_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: api_keys api_keys_workspace_id_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_created_by_fkey FOREIGN KEY (workspace_id, created_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: api_keys api_keys_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: api_keys api_keys_workspace_id_old_seen_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_old_seen_by_fkey FOREIGN KEY (workspace_id, old_seen_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: api_keys api_keys_workspace_id_secret_seen_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_secret_seen_by_fkey FOREIGN KEY (workspace_id, secret_seen_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: audit_readings audit_readings_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_readings
    ADD CONSTRAINT audit_readings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: audit_reviews audit_reviews_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_reviews
    ADD CONSTRAINT audit_reviews_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: audit_reviews audit_reviews_workspace_id_reviewed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_reviews
    ADD CONSTRAINT audit_reviews_workspace_id_reviewed_by_fkey FOREIGN KEY (workspace_id, reviewed_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: audit_streams audit_streams_workspace_id_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_streams
    ADD CONSTRAINT audit_streams_workspace_id_created_by_fkey FOREIGN KEY (workspace_id, created_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: audit_streams audit_streams_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_streams
    ADD CONSTRAINT audit_streams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: audit_views audit_views_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_views
    ADD CONSTRAINT audit_views_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: audit_views audit_views_workspace_id_operator_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.audit_views
    ADD CONSTRAINT audit_views_workspace_id_operator_id_fkey FOREIGN KEY (workspace_id, operator_id) REFERENCES public.operators(workspace_id, operator_id);

-- Name: contacts contacts_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: conversation_reads conversation_reads_workspace_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversations(workspace_id, conversation_id);

-- Name: conversation_reads conversation_reads_workspace_id_operator_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_workspace_id_operator_id_fkey FOREIGN KEY (workspace_id, operator_id) REFERENCES public.operators(workspace_id, operator_id);

-- Name: conversation_words conversation_words_workspace_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversation_words
    ADD CONSTRAINT conversation_words_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversations(workspace_id, conversation_id);

-- Name: conversations conversations_workspace_id_assignee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_workspace_id_assignee_id_fkey FOREIGN KEY (workspace_id, assignee_id) REFERENCES public.operators(workspace_id, operator_id);

-- Name: conversations conversations_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: conversations conversations_workspace_id_visitor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_workspace_id_visitor_id_fkey FOREIGN KEY (workspace_id, visitor_id) REFERENCES public.visitors(workspace_id, visitor_id);

-- Name: conversations conversations_workspace_id_widget_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_workspace_id_widget_id_fkey FOREIGN KEY (workspace_id, widget_id) REFERENCES public.widgets(workspace_id, widget_id);

-- Name: factor_helps factor_helps_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.factor_helps
    ADD CONSTRAINT factor_helps_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: former_memberships former_memberships_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.former_memberships
    ADD CONSTRAINT former_memberships_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: invitations invitations_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: invitations invitations_workspace_id_invited_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_workspace_id_invited_by_fkey FOREIGN KEY (workspace_id, invited_by) REFERENCES public.operators(workspace_id, operator_id);

-- Name: memberships memberships_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: messages messages_workspace_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversations(workspace_id, conversation_id);

-- Name: operators operators_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.operators
    ADD CONSTRAINT operators_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: passkey_challenges passkey_challenges_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkey_challenges
    ADD CONSTRAINT passkey_challenges_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: passkeys passkeys_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: recovery_codes recovery_codes_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: refresh_tokens refresh_tokens_workspace_id_session_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_workspace_id_session_id_fkey FOREIGN KEY (workspace_id, session_id) REFERENCES public.sessions(workspace_id, session_id);

-- Name: sessions sessions_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: sign_in_challenges sign_in_challenges_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sign_in_challenges
    ADD CONSTRAINT sign_in_challenges_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: sso_connections sso_connections_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_connections
    ADD CONSTRAINT sso_connections_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: sso_domains sso_domains_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_domains
    ADD CONSTRAINT sso_domains_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: sso_identities sso_identities_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_identities
    ADD CONSTRAINT sso_identities_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: sso_identities sso_identities_workspace_id_operator_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_identities
    ADD CONSTRAINT sso_identities_workspace_id_operator_id_fkey FOREIGN KEY (workspace_id, operator_id) REFERENCES public.operators(workspace_id, operator_id);

-- Name: sso_logout_tokens sso_logout_tokens_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.sso_logout_tokens
    ADD CONSTRAINT sso_logout_tokens_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: staff_factors staff_factors_workspace_id_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_factors
    ADD CONSTRAINT staff_factors_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff(workspace_id, staff_id);

-- Name: staff_grants staff_grants_workspace_id_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_grants
    ADD CONSTRAINT staff_grants_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff(workspace_id, staff_id);

-- Name: staff_links staff_links_workspace_id_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_links
    ADD CONSTRAINT staff_links_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff(workspace_id, staff_id);

-- Name: staff_sessions staff_sessions_workspace_id_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff(workspace_id, staff_id);

-- Name: totp_factors totp_factors_workspace_id_person_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES public.persons(workspace_id, person_id);

-- Name: visitors visitors_workspace_id_contact_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.visitors
    ADD CONSTRAINT visitors_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contacts(workspace_id, contact_id);

-- Name: visitors visitors_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.visitors
    ADD CONSTRAINT visitors_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: visitors visitors_workspace_id_widget_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.visitors
    ADD CONSTRAINT visitors_workspace_id_widget_id_fkey FOREIGN KEY (workspace_id, widget_id) REFERENCES public.widgets(workspace_id, widget_id);

-- Name: widgets widgets_workspace_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: lk_owner

ALTER TABLE ONLY public.widgets
    ADD CONSTRAINT widgets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(workspace_id);

-- Name: api_key_directory; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.api_key_directory ENABLE ROW LEVEL SECURITY;

-- Name: api_keys; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

-- Name: audit_checkpoints; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_checkpoints ENABLE ROW LEVEL SECURITY;

-- Name: audit_entries; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_entries ENABLE ROW LEVEL SECURITY;

-- Name: audit_entries_else; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_entries_else ENABLE ROW LEVEL SECURITY;

-- Name: audit_heads; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

-- Name: audit_keys; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_keys ENABLE ROW LEVEL SECURITY;

-- Name: audit_leaves; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_leaves ENABLE ROW LEVEL SECURITY;

-- Name: audit_log; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

-- Name: audit_log_keys; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_log_keys ENABLE ROW LEVEL SECURITY;

-- Name: audit_months; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_months ENABLE ROW LEVEL SECURITY;

-- Name: audit_readings; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_readings ENABLE ROW LEVEL SECURITY;

-- Name: audit_reviews; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_reviews ENABLE ROW LEVEL SECURITY;

-- Name: audit_stream_directory; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_stream_directory ENABLE ROW LEVEL SECURITY;

-- Name: audit_streams; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_streams ENABLE ROW LEVEL SECURITY;

-- Name: audit_summaries; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_summaries ENABLE ROW LEVEL SECURITY;

-- Name: audit_tiles; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_tiles ENABLE ROW LEVEL SECURITY;

-- Name: audit_views; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_views ENABLE ROW LEVEL SECURITY;

-- Name: audit_waiting; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.audit_waiting ENABLE ROW LEVEL SECURITY;

-- Name: canaries; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.canaries ENABLE ROW LEVEL SECURITY;

-- Name: contacts; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;

-- Name: conversation_reads; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.conversation_reads ENABLE ROW LEVEL SECURITY;

-- Name: conversation_words; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.conversation_words ENABLE ROW LEVEL SECURITY;

-- Name: conversations; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

-- Name: audit_checkpoints dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_checkpoints TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_entries dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_entries TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_heads dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_heads TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_leaves dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_leaves TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_log dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_log TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_log_keys dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_log_keys TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_tiles dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_tiles TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: audit_waiting dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.audit_waiting TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: outbox dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.outbox TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: workspace_sequences dispatcher; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY dispatcher ON public.workspace_sequences TO lk_dispatch USING (true) WITH CHECK (true);

-- Name: evidence; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.evidence ENABLE ROW LEVEL SECURITY;

-- Name: factor_helps; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.factor_helps ENABLE ROW LEVEL SECURITY;

-- Name: former_memberships; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.former_memberships ENABLE ROW LEVEL SECURITY;

-- Name: instance_facts; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.instance_facts ENABLE ROW LEVEL SECURITY;

-- Name: invitations; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

-- Name: mails; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.mails ENABLE ROW LEVEL SECURITY;

-- Name: memberships; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

-- Name: messages; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

-- Name: one_time_links; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.one_time_links ENABLE ROW LEVEL SECURITY;

-- Name: api_key_directory one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.api_key_directory USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: api_keys one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.api_keys USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_checkpoints one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_checkpoints USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_entries one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_entries USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_entries_else one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_entries_else USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_heads one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_heads USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_keys one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_keys USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_leaves one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_leaves USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_log one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_log USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_log_keys one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_log_keys USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_months one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_months USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_readings one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_readings USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_reviews one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_reviews USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_stream_directory one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_stream_directory USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_streams one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_streams USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_summaries one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_summaries USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_tiles one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_tiles USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_views one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_views USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: audit_waiting one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.audit_waiting USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: canaries one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.canaries USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: contacts one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.contacts USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: conversation_reads one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.conversation_reads USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: conversation_words one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.conversation_words USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: conversations one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.conversations USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: evidence one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.evidence USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: factor_helps one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.factor_helps USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: former_memberships one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.former_memberships USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: instance_facts one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.instance_facts USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: invitations one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.invitations USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: mails one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.mails USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: memberships one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.memberships USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: messages one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.messages USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: one_time_links one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.one_time_links USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: operators one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.operators USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: outbox one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.outbox USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: passkey_challenges one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.passkey_challenges USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: passkeys one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.passkeys USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: persons one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.persons USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: recovery_codes one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.recovery_codes USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: refresh_tokens one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.refresh_tokens USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sessions one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sessions USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sign_in_challenges one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sign_in_challenges USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: signing_keys one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.signing_keys USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_connections one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_connections USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_directory one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_directory USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_domains one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_domains USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_flows one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_flows USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_identities one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_identities USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: sso_logout_tokens one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.sso_logout_tokens USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff_entries one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff_entries USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff_factors one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff_factors USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff_grants one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff_grants USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff_links one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff_links USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: staff_sessions one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.staff_sessions USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: totp_factors one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.totp_factors USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: visitors one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.visitors USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: widget_directory one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.widget_directory USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: widgets one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.widgets USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: workspace_sequences one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.workspace_sequences USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: workspaces one_workspace; Type: POLICY; Schema: public; Owner: lk_owner

CREATE POLICY one_workspace ON public.workspaces USING ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b))) WITH CHECK ((workspace_id = ( SELECT b.workspace_id
   FROM public.bound_workspace b)));

-- Name: operators; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.operators ENABLE ROW LEVEL SECURITY;

-- Name: outbox; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

-- Name: passkey_challenges; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.passkey_challenges ENABLE ROW LEVEL SECURITY;

-- Name: passkeys; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.passkeys ENABLE ROW LEVEL SECURITY;

-- Name: persons; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.persons ENABLE ROW LEVEL SECURITY;

-- Name: recovery_codes; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

-- Name: refresh_tokens; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.refresh_tokens ENABLE ROW LEVEL SECURITY;

-- Name: sessions; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

-- Name: sign_in_challenges; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sign_in_challenges ENABLE ROW LEVEL SECURITY;

-- Name: signing_keys; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.signing_keys ENABLE ROW LEVEL SECURITY;

-- Name: sso_connections; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_connections ENABLE ROW LEVEL SECURITY;

-- Name: sso_directory; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_directory ENABLE ROW LEVEL SECURITY;

-- Name: sso_domains; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_domains ENABLE ROW LEVEL SECURITY;

-- Name: sso_flows; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_flows ENABLE ROW LEVEL SECURITY;

-- Name: sso_identities; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_identities ENABLE ROW LEVEL SECURITY;

-- Name: sso_logout_tokens; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.sso_logout_tokens ENABLE ROW LEVEL SECURITY;

-- Name: staff; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;

-- Name: staff_entries; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_entries ENABLE ROW LEVEL SECURITY;

-- Name: staff_factors; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_factors ENABLE ROW LEVEL SECURITY;

-- Name: staff_grants; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_grants ENABLE ROW LEVEL SECURITY;

-- Name: staff_links; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_links ENABLE ROW LEVEL SECURITY;

-- Name: staff_sessions; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.staff_sessions ENABLE ROW LEVEL SECURITY;

-- Name: totp_factors; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.totp_factors ENABLE ROW LEVEL SECURITY;

-- Name: visitors; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.visitors ENABLE ROW LEVEL SECURITY;

-- Name: widget_directory; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.widget_directory ENABLE ROW LEVEL SECURITY;

-- Name: widgets; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.widgets ENABLE ROW LEVEL SECURITY;

-- Name: workspace_sequences; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.workspace_sequences ENABLE ROW LEVEL SECURITY;

-- Name: workspaces; Type: ROW SECURITY; Schema: public; Owner: lk_owner

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;

-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: lk_owner

GRANT USAGE ON SCHEMA public TO lk_app;
GRANT USAGE ON SCHEMA public TO lk_dispatch;

-- Name: FUNCTION pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer, OUT query_id bigint); Type: ACL; Schema: pg_catalog; Owner: postgres

REVOKE ALL ON FUNCTION pg_catalog.pg_stat_get_activity(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text, OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamp with time zone, OUT query_start timestamp with time zone, OUT backend_start timestamp with time zone, OUT state_change timestamp with time zone, OUT client_addr inet, OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT leader_pid integer, OUT query_id bigint) FROM PUBLIC;

-- Name: FUNCTION pg_stat_get_backend_activity(integer); Type: ACL; Schema: pg_catalog; Owner: postgres

REVOKE ALL ON FUNCTION pg_catalog.pg_stat_get_backend_activity(integer) FROM PUBLIC;

-- Name: FUNCTION audit_drop_month(of date, gone_leaves bigint, checkpoint text); Type: ACL; Schema: public; Owner: lk_owner

REVOKE ALL ON FUNCTION public.audit_drop_month(of date, gone_leaves bigint, checkpoint text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_drop_month(of date, gone_leaves bigint, checkpoint text) TO lk_app;

-- Name: FUNCTION audit_make_room(); Type: ACL; Schema: public; Owner: lk_owner

REVOKE ALL ON FUNCTION public.audit_make_room() FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_make_room() TO lk_app;

-- Name: FUNCTION audit_oldest_month(); Type: ACL; Schema: public; Owner: lk_owner

REVOKE ALL ON FUNCTION public.audit_oldest_month() FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_oldest_month() TO lk_app;

-- Name: FUNCTION audit_partition(name text, bounds text); Type: ACL; Schema: public; Owner: lk_owner

REVOKE ALL ON FUNCTION public.audit_partition(name text, bounds text) FROM PUBLIC;

-- Name: FUNCTION scope_permit(name text, workspace uuid, seconds double precision); Type: ACL; Schema: public; Owner: lk_owner

REVOKE ALL ON FUNCTION public.scope_permit(name text, workspace uuid, seconds double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION public.scope_permit(name text, workspace uuid, seconds double precision) TO lk_dispatch;

-- Name: TABLE api_key_directory; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.api_key_directory TO lk_app;

-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_keys TO lk_app;

-- Name: TABLE audit_checkpoints; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_checkpoints TO lk_app;
GRANT SELECT,INSERT ON TABLE public.audit_checkpoints TO lk_dispatch;

-- Name: TABLE audit_entries; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_entries TO lk_app;
GRANT INSERT ON TABLE public.audit_entries TO lk_dispatch;

-- Name: COLUMN audit_entries.workspace_id; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT(workspace_id) ON TABLE public.audit_entries TO lk_dispatch;

-- Name: COLUMN audit_entries.entry_id; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT(entry_id) ON TABLE public.audit_entries TO lk_dispatch;

-- Name: COLUMN audit_entries.at; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT(at) ON TABLE public.audit_entries TO lk_dispatch;

-- Name: TABLE audit_heads; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_heads TO lk_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_heads TO lk_dispatch;

-- Name: TABLE audit_keys; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.audit_keys TO lk_app;

-- Name: TABLE audit_leaves; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_leaves TO lk_app;
GRANT SELECT,INSERT ON TABLE public.audit_leaves TO lk_dispatch;

-- Name: TABLE audit_log; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.audit_log TO lk_app;
GRANT SELECT ON TABLE public.audit_log TO lk_dispatch;

-- Name: COLUMN audit_log.size; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(size) ON TABLE public.audit_log TO lk_dispatch;

-- Name: COLUMN audit_log.fence; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(fence) ON TABLE public.audit_log TO lk_dispatch;

-- Name: TABLE audit_log_keys; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.audit_log_keys TO lk_app;
GRANT SELECT ON TABLE public.audit_log_keys TO lk_dispatch;

-- Name: TABLE audit_months; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_months TO lk_app;

-- Name: TABLE audit_waiting; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.audit_waiting TO lk_app;
GRANT SELECT,DELETE ON TABLE public.audit_waiting TO lk_dispatch;

-- Name: SEQUENCE audit_positions; Type: ACL; Schema: public; Owner: lk_owner

GRANT USAGE ON SEQUENCE public.audit_positions TO lk_app;

-- Name: TABLE audit_readings; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_readings TO lk_app;

-- Name: TABLE audit_reviews; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_reviews TO lk_app;

-- Name: TABLE audit_stream_directory; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audit_stream_directory TO lk_app;

-- Name: TABLE audit_streams; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audit_streams TO lk_app;

-- Name: TABLE audit_summaries; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.audit_summaries TO lk_app;

-- Name: TABLE audit_tiles; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_tiles TO lk_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_tiles TO lk_dispatch;

-- Name: TABLE audit_views; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.audit_views TO lk_app;

-- Name: TABLE audit_written; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.audit_written TO lk_app;

-- Name: TABLE bound_workspace; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.bound_workspace TO lk_app;
GRANT SELECT ON TABLE public.bound_workspace TO lk_dispatch;

-- Name: TABLE canaries; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.canaries TO lk_app;

-- Name: TABLE contacts; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.contacts TO lk_app;

-- Name: TABLE conversation_reads; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.conversation_reads TO lk_app;

-- Name: TABLE conversation_words; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_words TO lk_app;

-- Name: TABLE conversations; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.conversations TO lk_app;

-- Name: TABLE evidence; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.evidence TO lk_app;

-- Name: TABLE factor_helps; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.factor_helps TO lk_app;

-- Name: TABLE former_memberships; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.former_memberships TO lk_app;

-- Name: TABLE instance_facts; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.instance_facts TO lk_app;

-- Name: TABLE invitations; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.invitations TO lk_app;

-- Name: TABLE mails; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mails TO lk_app;

-- Name: TABLE memberships; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO lk_app;

-- Name: TABLE messages; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.messages TO lk_app;

-- Name: TABLE one_time_links; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.one_time_links TO lk_app;

-- Name: TABLE operators; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.operators TO lk_app;

-- Name: TABLE outbox; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.outbox TO lk_app;
GRANT SELECT ON TABLE public.outbox TO lk_dispatch;

-- Name: COLUMN outbox.seq; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(seq) ON TABLE public.outbox TO lk_dispatch;

-- Name: TABLE passkey_challenges; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.passkey_challenges TO lk_app;

-- Name: TABLE passkeys; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.passkeys TO lk_app;

-- Name: COLUMN passkeys.sign_count; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(sign_count) ON TABLE public.passkeys TO lk_app;

-- Name: COLUMN passkeys.backed_up; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(backed_up) ON TABLE public.passkeys TO lk_app;

-- Name: COLUMN passkeys.last_used_at; Type: ACL; Schema: public; Owner: lk_owner

GRANT UPDATE(last_used_at) ON TABLE public.passkeys TO lk_app;

-- Name: TABLE persons; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.persons TO lk_app;

-- Name: TABLE recovery_codes; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO lk_app;

-- Name: TABLE refresh_tokens; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO lk_app;

-- Name: TABLE sessions; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.sessions TO lk_app;

-- Name: TABLE sign_in_challenges; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_challenges TO lk_app;

-- Name: TABLE signing_keys; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.signing_keys TO lk_app;

-- Name: TABLE sso_connections; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sso_connections TO lk_app;

-- Name: TABLE sso_directory; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sso_directory TO lk_app;

-- Name: TABLE sso_domains; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sso_domains TO lk_app;

-- Name: TABLE sso_flows; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.sso_flows TO lk_app;

-- Name: TABLE sso_identities; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.sso_identities TO lk_app;

-- Name: TABLE sso_logout_tokens; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE ON TABLE public.sso_logout_tokens TO lk_app;

-- Name: TABLE staff; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff TO lk_app;

-- Name: TABLE staff_entries; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT ON TABLE public.staff_entries TO lk_app;

-- Name: TABLE staff_factors; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff_factors TO lk_app;

-- Name: TABLE staff_grants; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff_grants TO lk_app;

-- Name: TABLE staff_links; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff_links TO lk_app;

-- Name: TABLE staff_sessions; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff_sessions TO lk_app;

-- Name: TABLE totp_factors; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.totp_factors TO lk_app;

-- Name: TABLE visitors; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.visitors TO lk_app;

-- Name: TABLE widget_directory; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.widget_directory TO lk_app;

-- Name: TABLE widgets; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.widgets TO lk_app;

-- Name: TABLE workspace_sequences; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT ON TABLE public.workspace_sequences TO lk_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.workspace_sequences TO lk_dispatch;

-- Name: TABLE workspaces; Type: ACL; Schema: public; Owner: lk_owner

GRANT SELECT,INSERT,UPDATE ON TABLE public.workspaces TO lk_app;
