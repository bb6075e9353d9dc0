"""What can be done by hand to requests that wait for a second person, and to suspensions of networked settlement."""

from mulaid.audit.findings import Check as C

DONE, WAITS, REFUSED = (f"where task = {{{name}}}" for name in ("enter_s2", "waits", "no"))
FREE = """
do $$ declare each record; begin
    for each in select conname from pg_constraint where conrelid = 'task'::regclass and contype = 'c' loop
        execute format('alter table task drop constraint %I', each.conname);
    end loop;
end $$;"""
"""The database's own rules about tasks, taken away."""
FIRST, SECOND = "where document = 'S1'", "where document = 'S2'"

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "task.region": {
        "another": (f"update task set region = {{far}} {DONE}", {C.TASK, C.MESSAGE_WITHOUT_CASE}),
    },
    "task.task": {
        "another": (f"update task set task = 9 {WAITS}", {C.TASK, C.MESSAGE_WITHOUT_CASE, C.MOMENT_OF_ID}),
    },
    "task.act": {"another": (f"update task set act = 'suspend' {WAITS}", {C.TASK})},
    "task.person_region": {"another": (f"update task set person_region = {{far}} {WAITS}", {C.TASK})},
    "task.person": {"somebody else": (f"update task set person = {{aunt}} {WAITS}", {C.TASK})},
    "task.request": {
        "another": (f"update task set request = (select request from task {DONE}) {WAITS}", {C.TASK}),
        "broken": (f"update task set request = 'x' {WAITS}", {C.TASK}),
    },
    "task.origin": {
        "another": (f"update task set origin = (select origin from task {DONE}) {WAITS}", {C.TASK}),
        "broken": (f"update task set origin = 'x' {DONE}", {C.TASK}),
    },
    "task.sender": {"another": (f"update task set sender = 'c:x' {WAITS}", {C.TASK})},
    "task.made_at": {
        "earlier": (f"update task set made_at = made_at - interval '1 second' {WAITS}", {C.TASK}),
        "in the future": (f"update task set made_at = '2027-12-31' {WAITS}", {C.TASK, C.MOMENT_AHEAD, C.MOMENT_OF_ID}),
    },
    "task.state": {
        "refused": (f"{FREE} update task set state = 'refused' {WAITS}", {C.TASK}),
        "open again": (f"{FREE} update task set state = 'open' {DONE}", {C.TASK}),
    },
    "task.decided_by": {
        "who entered it": (f"{FREE} update task set decided_by = sender {DONE}", {C.TASK}),
        "nobody": (f"{FREE} update task set decided_by = null {REFUSED}", {C.TASK}),
    },
    "task.decided_at": {
        "another": (f"update task set decided_at = decided_at + interval '1 second' {DONE}", {C.TASK}),
        "before it was made": (f"update task set decided_at = made_at - interval '1 second' {REFUSED}", {C.TASK}),
    },
    "task.reason": {"none": (f"update task set reason = null {REFUSED}", {C.TASK})},
    "task.case_id": {
        "another act's": (f"update task set case_id = {{bound}} {DONE}", {C.TASK}),
        "no case": (f"update task set case_id = 9 {DONE}", {C.TASK}),
    },
    "task: gone": {
        "one that was released": (f"delete from task {DONE}", {C.TASK, C.MESSAGE_WITHOUT_CASE}),
        "one that waits": (f"delete from task {WAITS}", {C.MESSAGE_WITHOUT_CASE}),
    },
    "task: made": {
        "that nobody has asked for": (
            "insert into task (region, task, act, person_region, person, request, origin, sender, made_at, state) "
            "select region, task + 4194304, act, person_region, person, request, origin, sender, made_at, state "
            f"from task {WAITS}",
            {C.TASK},
        ),
    },
    "suspension.region": {
        "another": (f"update suspension set region = {{far}} {SECOND}", {C.SUSPENSION, C.PERSON_SUSPENDED})
    },
    "suspension.person": {
        "somebody else": (f"update suspension set person = {{aunt}} {SECOND}", {C.SUSPENSION, C.PERSON_SUSPENDED}),
    },
    "suspension.document": {"another": (f"update suspension set document = 'S9' {SECOND}", {C.SUSPENSION})},
    "suspension.authority": {"another": (f"update suspension set authority = 'x' {FIRST}", {C.SUSPENSION})},
    "suspension.kind": {"another": (f"update suspension set kind = 'penalty' {FIRST}", {C.SUSPENSION})},
    "suspension.conduct": {"another": (f"update suspension set conduct = 'x' {FIRST}", {C.SUSPENSION})},
    "suspension.article": {"another": (f"update suspension set article = 'x' {FIRST}", {C.SUSPENSION})},
    "suspension.from_day": {"earlier": (f"update suspension set from_day = '2026-01-01' {SECOND}", {C.SUSPENSION})},
    "suspension.until": {
        "another": (f"update suspension set until = '2027-02-01' {SECOND}", {C.SUSPENSION, C.PERSON_SUSPENDED}),
    },
    "suspension.served_on": {"another": (f"update suspension set served_on = '2026-01-01' {FIRST}", {C.SUSPENSION})},
    "suspension.entered_by": {"another": (f"update suspension set entered_by = 9 {FIRST}", {C.SUSPENSION})},
    "suspension.ended_on": {
        "another": (f"update suspension set ended_on = '2026-11-20' {FIRST}", {C.SUSPENSION}),
        "of one that nothing has ended": (
            f"update suspension set ended_on = '2026-11-21', ended_by = 'S3' {SECOND}",
            {C.SUSPENSION, C.PERSON_SUSPENDED},
        ),
    },
    "suspension.ended_by": {"another": (f"update suspension set ended_by = 'S9' {FIRST}", {C.SUSPENSION})},
    "suspension: gone": {"": (f"delete from suspension {SECOND}", {C.SUSPENSION, C.PERSON_SUSPENDED})},
    "suspension: made": {
        "": (
            "insert into suspension select region, {aunt}, document, authority, kind, conduct, article, from_day, "
            f"until, served_on, entered_by from suspension {SECOND}",
            {C.SUSPENSION, C.PERSON_SUSPENDED},
        ),
    },
}

UNSEEN: dict[str, str] = {}
