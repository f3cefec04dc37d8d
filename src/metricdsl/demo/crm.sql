-- A small customer relationship management database, made from a seed: the same seed gives the same rows.
-- Dirt is there on purpose: orphans, nulls, repeated rows, two currencies, a deal closed before it was created.
-- random(what, i) is a number in [0, 1) drawn for the i-th thing of a kind; $seed changes all of them.

CREATE MACRO draw(what, i) AS (md5_number_lower(concat($seed, ':', what, ':', i)) % 1000003) / 1000003.0;
CREATE MACRO pick(what, i, choices) AS choices[1 + CAST(floor(draw(what, i) * len(choices)) AS INTEGER)];
CREATE MACRO day_in(what, i, first, days) AS first + CAST(floor(draw(what, i) * days) AS INTEGER);

CREATE TABLE reps AS
SELECT
  i AS rep_id,
  pick('first name', i, ['Ana', 'Bo', 'Chidi', 'Dora', 'Emre', 'Fay', 'Goran', 'Hana', 'Ivo', 'June', 'Kofi', 'Lena']) || ' '
    || pick('last name', i, ['Abe', 'Berg', 'Castro', 'Diaz', 'Eze', 'Fuchs', 'Garcia', 'Huang', 'Ito', 'Jansen']) AS name,
  CASE WHEN i % 4 = 0 THEN 'West' WHEN i % 4 = 1 THEN 'East' WHEN i % 4 = 2 THEN 'North' ELSE 'South' END AS team,
  DATE '2021-01-04' + CAST(i * 37 AS INTEGER) AS hired_on
FROM range(1, 13) AS t (i);

CREATE TABLE accounts AS
SELECT
  i AS account_id,
  CASE WHEN i = 7 THEN '华东贸易' ELSE 'Account ' || i END AS name,
  CASE WHEN draw('region gap', i) < 0.04 THEN NULL ELSE pick('region', i, ['Americas', 'Americas', 'EMEA', 'EMEA', 'APAC']) END AS region,
  CASE WHEN draw('segment', i) < 0.6 THEN 'SMB' WHEN draw('segment', i) < 0.9 THEN 'Mid-market' ELSE 'Enterprise' END AS segment,
  CASE WHEN draw('parent', i) < 0.08 THEN 1 + CAST(floor(draw('parent of', i) * 40) AS INTEGER) END AS parent_account_id,
  day_in('customer since', i, DATE '2023-01-02', 900) AS customer_since
FROM range(1, 401) AS t (i);

CREATE TABLE leads AS
SELECT
  i AS lead_id,
  CASE WHEN draw('lead account', i) < 0.55 THEN 1 + CAST(floor(draw('lead account of', i) * 400) AS INTEGER) END AS account_id,
  1 + CAST(floor(draw('lead rep', i) * 12) AS INTEGER) AS rep_id,
  pick('lead source', i, ['web', 'web', 'event', 'partner', 'referral', 'cold call']) AS source,
  day_in('lead day', i, DATE '2025-01-01', 638) AS created_on,
  draw('qualified', i) < 0.42 AS is_qualified
FROM range(1, 3001) AS t (i);

CREATE TABLE opportunities AS
WITH drawn AS (
  SELECT
    i,
    1 + CAST(floor(draw('opportunity account', i) * 400) AS INTEGER) AS account_id,
    1 + CAST(floor(draw('opportunity rep', i) * 12) AS INTEGER) AS rep_id,
    day_in('opportunity day', i, DATE '2025-01-01', 638) AS created_on,
    CAST(5 + floor(draw('cycle', i) * 110) AS INTEGER) AS cycle_days,
    draw('outcome', i) AS outcome
  FROM range(1, 2401) AS t (i)
)
SELECT
  i AS opportunity_id,
  -- two deals name an account that does not exist, some name none
  CASE WHEN i IN (40, 41) THEN 9000 + i WHEN draw('no account', i) < 0.03 THEN NULL ELSE account_id END AS account_id,
  rep_id AS owner_rep_id,
  CASE WHEN draw('introduced', i) < 0.5 THEN 1 + CAST(floor(draw('introduced by', i) * 12) AS INTEGER) END AS introduced_by_rep_id,
  created_on,
  CASE
    WHEN i = 77 THEN created_on - 3                                        -- closed before it was created
    WHEN outcome < 0.8 AND created_on + cycle_days <= DATE '2026-09-30' THEN created_on + cycle_days
  END AS closed_on,
  CASE
    WHEN i <> 77 AND (outcome >= 0.8 OR created_on + cycle_days > DATE '2026-09-30') THEN 'open'
    WHEN outcome < 0.27 + CASE WHEN rep_id IN (3, 8, 11) THEN 0.08 ELSE 0 END THEN 'won'
    ELSE 'lost'
  END AS status,
  CASE WHEN draw('no amount', i) < 0.02 THEN NULL
    ELSE CAST(round(500 + 14500 * draw('amount', i) * draw('amount too', i), 2) AS DECIMAL(12, 2)) END AS amount
FROM drawn;

CREATE TABLE orders AS
WITH drawn AS (
  SELECT
    i,
    CASE WHEN i % 250 = 0 THEN 7000 + i WHEN draw('order without account', i) < 0.01 THEN NULL
      ELSE 1 + CAST(floor(power(draw('order account', i), 2) * 400) AS INTEGER) END AS account_id,
    day_in('order day', i, DATE '2025-01-01', 638) AS ordered_on,
    CASE WHEN draw('currency', i) < 0.8 THEN 'USD' ELSE 'EUR' END AS currency,
    CAST(round(20 + 980 * draw('net', i) * draw('net too', i), 2) AS DECIMAL(12, 2)) AS net
  FROM range(1, 8001) AS t (i)
)
SELECT i AS order_id, account_id, ordered_on, currency,
  CASE WHEN currency = 'USD' THEN net END AS net_usd,
  CASE WHEN currency = 'EUR' THEN net END AS net_eur,
  draw('returned', i) < 0.05 AS is_returned
FROM drawn
UNION ALL
-- three orders were delivered twice by the export
SELECT i, account_id, ordered_on, currency, CASE WHEN currency = 'USD' THEN net END, CASE WHEN currency = 'EUR' THEN net END,
  draw('returned', i) < 0.05
FROM drawn WHERE i IN (12, 120, 1200);

CREATE TABLE tickets AS
SELECT
  i AS ticket_id,
  1 + CAST(floor(draw('ticket account', i) * 400) AS INTEGER) AS account_id,
  pick('channel', i, ['email', 'email', 'phone', 'chat']) AS channel,
  pick('priority', i, ['low', 'normal', 'normal', 'high']) AS priority,
  opened_at,
  CASE WHEN draw('solved', i) < 0.9 THEN opened_at + to_minutes(CAST(10 + floor(draw('minutes', i) * draw('minutes too', i) * 5000) AS INTEGER)) END AS solved_at
FROM (
  -- instants, shown in the project's time zone: some fall in the hour that the clocks skip or repeat
  SELECT i, TIMESTAMPTZ '2025-01-01 05:00:00+00' + to_minutes(CAST(floor(draw('ticket minute', i) * 638 * 1440) AS INTEGER)) AS opened_at
  FROM range(1, 4001) AS t (i)
) AS drawn;

CREATE TABLE surveys AS
SELECT
  1 + CAST(floor(draw('survey ticket', i) * 4000) AS INTEGER) AS ticket_id,
  day_in('survey day', i, DATE '2025-01-03', 636) AS answered_on,
  CASE WHEN draw('no score', i) < 0.05 THEN NULL ELSE CAST(floor(11 * sqrt(draw('score', i))) AS INTEGER) END AS score
FROM range(1, 1501) AS t (i);
