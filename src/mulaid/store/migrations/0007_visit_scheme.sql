-- migrate:up

-- The scheme a visit was registered under settles it. A visit of before has none: the cover that began last settles it.
-- Every older row is null, which the check allows, so there is nothing to validate.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table visit add column scheme text;
alter table visit add constraint visit_scheme check (scheme in ('employee', 'resident')) not valid;

-- Who was here already that day: a visit registered twice, or charged twice, is told at once. While the index is made
-- registrations wait; nothing that moves money writes to this table.
-- squawk-ignore require-concurrent-index-creation
create index visit_by_person on visit (person, region, visit);

-- migrate:down

do $$ begin raise exception 'mulaid migrates forward only'; end $$;
