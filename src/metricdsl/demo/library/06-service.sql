-- Tickets, calls, incidents. Planted: from April 2026 on the first answer comes a quarter sooner.

CREATE TABLE ticket AS
WITH drawn AS (SELECT i, moment('ticket', i) AS created_at FROM range(1, $tickets + 1) AS t (i))
SELECT 'I' || i AS ticket_id, CASE WHEN draw('ticket account', i) < 0.03 THEN NULL ELSE 'A' || one_of('ticket of', i, $accounts) END AS account_id, 'C' || one_of('asks', i, $contacts) AS contact_id,
  'P' || one_of('ticket product', i, 12) AS product_id, CASE WHEN draw('assigned', i) < 0.97 THEN 'R' || (32 + one_of('agent', i, 8)) END AS assignee_rep_id, created_at,
  CASE WHEN draw('solved', i) < 0.93 THEN past(created_at + to_minutes(CAST(30 + floor(draw('solving', i) * draw('solving too', i) * 12000) AS INTEGER))) END AS first_solved_at,
  CASE WHEN draw('solved', i) < 0.93 THEN past(created_at + to_minutes(CAST(30 + floor(draw('solving', i) * draw('solving too', i) * 12000) + CASE WHEN draw('reopened', i) < 0.08 THEN 2880 ELSE 0 END AS INTEGER))) END AS solved_at,
  CASE WHEN draw('solved', i) < 0.93 THEN past(created_at + to_minutes(CAST(30 + floor(draw('solving', i) * draw('solving too', i) * 12000) + 8640 AS INTEGER))) END AS closed_at,
  pick('ticket channel', i, ['email', 'email', 'web', 'phone', 'chat']) AS channel, CASE WHEN draw('ticket kind', i) < 0.1 THEN 'complaint' ELSE pick('kind of ticket', i, ['question', 'incident', 'problem', 'request']) END AS kind,
  pick('priority', i, ['low', 'normal', 'normal', 'high', 'urgent']) AS priority, pick('group', i, ['first line', 'second line']) AS group_name, pick('topic', i, ['billing', 'delivery', 'login', 'product']) AS topic,
  CASE WHEN draw('created by', i) < 0.9 THEN 'customer' ELSE pick('created else', i, ['agent', 'system']) END AS created_by, draw('escalated', i) < 0.06 AS is_escalated,
  CASE WHEN draw('merged ticket', i) < 0.02 THEN 'I1' END AS merged_into_id, draw('spam', i) < 0.02 AS is_spam, draw('test ticket', i) < 0.002 AS is_test, draw('deleted ticket', i) < 0.005 AS is_deleted,
  CAST(floor(3 * draw('handoffs', i) * draw('handoffs too', i)) AS INTEGER) AS handoff_count, CASE WHEN draw('booked', i) < 0.9 THEN round(0.1 + 2 * draw('work', i), 2) END AS work_hours
FROM drawn;

CREATE TABLE ticket_event AS
WITH tickets AS (SELECT *, CAST(substr(ticket_id, 2) AS BIGINT) AS n FROM ticket),
answers AS (
  SELECT *, created_at + to_seconds(CAST(floor((300 + 43200 * draw('answer', n) * draw('answer too', n)) * CASE WHEN created_at < TIMESTAMP '2026-04-01' THEN 1 ELSE 0.75 END) AS BIGINT)) AS answered_at FROM tickets
)
SELECT ticket_id, created_at AS occurred_at, 0 AS seq, 'comment' AS kind, true AS is_public, 'customer' AS actor_role, false AS is_automated, NULL AS from_status, NULL AS to_status FROM tickets
UNION ALL SELECT ticket_id, created_at, 1, 'status', true, 'system', true, NULL, 'new' FROM tickets
UNION ALL SELECT ticket_id, created_at + to_seconds(5), 0, 'comment', true, 'agent', true, NULL, NULL FROM tickets
UNION ALL SELECT ticket_id, answered_at, 0, 'comment', true, 'agent', false, NULL, NULL FROM answers WHERE draw('answered', n) < 0.95 AND answered_at <= last_moment()
UNION ALL SELECT ticket_id, answered_at, 1, 'status', true, 'agent', false, 'new', 'open' FROM answers WHERE draw('answered', n) < 0.95 AND answered_at <= last_moment()
UNION ALL SELECT ticket_id, answered_at + to_seconds(CAST(3600 * (1 + 20 * draw('comes back', n)) AS BIGINT)), 0, 'comment', true, 'customer', false, NULL, NULL FROM answers WHERE draw('answered', n) < 0.4 AND answered_at <= last_moment()
UNION ALL SELECT ticket_id, answered_at + to_seconds(CAST(3600 * (22 + 5 * draw('again', n)) AS BIGINT)), 0, 'comment', true, 'agent', false, NULL, NULL FROM answers WHERE draw('answered', n) < 0.35 AND answered_at <= last_moment()
UNION ALL SELECT ticket_id, answered_at + to_seconds(1), 0, 'status', true, 'agent', false, 'open', 'pending' FROM answers WHERE draw('answered', n) < 0.3 AND answered_at <= last_moment()
UNION ALL SELECT ticket_id, first_solved_at, 2, 'status', true, 'agent', false, 'open', 'solved' FROM tickets WHERE first_solved_at IS NOT NULL
UNION ALL SELECT ticket_id, first_solved_at + to_hours(20), 2, 'status', true, 'customer', false, 'solved', 'open' FROM tickets WHERE solved_at > first_solved_at
UNION ALL SELECT ticket_id, solved_at, 3, 'status', true, 'agent', false, 'open', 'solved' FROM tickets WHERE solved_at > first_solved_at;

CREATE TABLE ticket_sla AS
SELECT ticket_id, metric_name, created_at AS applied_at, created_at + to_minutes(CAST(minutes AS INTEGER)) AS due_at, CASE WHEN metric_name = 'first_reply' THEN replied_at ELSE first_solved_at END AS met_at,
  'standard' AS policy, metric_name = 'first_reply' AS is_business, CAST(date_diff('second', created_at, coalesce(CASE WHEN metric_name = 'first_reply' THEN replied_at ELSE first_solved_at END, last_moment())) AS INTEGER) AS elapsed
FROM ticket LEFT JOIN (SELECT ticket_id AS id, min(occurred_at) AS replied_at FROM ticket_event WHERE kind = 'comment' AND actor_role = 'agent' AND NOT is_automated GROUP BY 1) ON id = ticket_id,
  (VALUES ('first_reply', 240), ('resolution', 2880)) AS s (metric_name, minutes);

CREATE TABLE contact_interval AS
SELECT queue, starts_at, offered, answered, offered - answered AS abandoned, CAST((offered - answered) / 4 AS INTEGER) AS short_abandoned, CAST(floor(answered * 0.8) AS INTEGER) AS answered_in_sl, CAST(floor(answered * 0.1) AS INTEGER) AS transferred,
  offered * 25 AS wait_s_sum, answered * 240 AS talk_s, answered * 20 AS hold_s, answered * 60 AS acw_s
FROM (
  SELECT *, CAST(floor(offered * (0.88 + 0.1 * draw('answers', n))) AS INTEGER) AS answered FROM (
    SELECT q AS queue, d AS starts_at, n, CAST(5 + floor(30 * draw('calls', n)) AS INTEGER) AS offered
    FROM (SELECT ['sales', 'support'][k] AS q, d, epoch(d) / 1800 * 2 + k AS n FROM range(1, 3) AS t (k), unnest(generate_series(TIMESTAMP '2026-09-30 23:30:00' - INTERVAL $days DAY, TIMESTAMP '2026-09-30 23:30:00', INTERVAL 30 MINUTE)) AS s (d) WHERE isodow(d) <= 5 AND hour(d) BETWEEN 8 AND 17)
  )
);

CREATE TABLE monitored_service AS
SELECT 'G' || i AS service_id, ['shop', 'portal', 'api'][i] AS name, TIMESTAMP '2024-01-01 00:00:00' AS live_from, NULL::TIMESTAMP AS live_to FROM range(1, 4) AS t (i);

CREATE TABLE incident AS
SELECT 'J' || i AS incident_id, 'G' || one_of('service', i, 3) AS service_id, moment('incident', i) AS started_at, past(moment('incident', i) + to_minutes(CAST(5 + floor(300 * draw('repair', i)) AS INTEGER))) AS repaired_at
FROM range(1, 61) AS t (i);

CREATE TABLE quality_review AS
SELECT 'QR' || i AS review_id, 'R' || (32 + one_of('reviewed', i, 8)) AS rep_id, 'I' || one_of('reviewed ticket', i, $tickets) AS ticket_id, moment('review', i) AS reviewed_at, draw('auto fail', i) < 0.02 AS is_auto_fail, 60.0 + one_of('points', i, 40) AS points, 100.0 AS possible
FROM range(1, $reviews + 1) AS t (i);

CREATE TABLE help_session AS
SELECT 'HS' || i AS help_session_id, CASE WHEN draw('help ends', i) < 0.3 THEN 'I' || one_of('help ticket', i, $tickets) END AS ticket_id, moment('help', i) AS started_at, pick('help topic', i, ['billing', 'delivery', 'login', 'product']) AS topic,
  CASE WHEN draw('help ends', i) < 0.3 THEN 'assisted' WHEN draw('help ends', i) < 0.75 THEN 'solved' ELSE 'left' END AS ended
FROM range(1, $tickets + 1) AS t (i);
