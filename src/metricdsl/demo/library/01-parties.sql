-- Who: channels, teams, representatives, products, accounts and their people. All tables follow from the seed alone.
-- draw(what, i) is a number in [0, 1) for the i-th thing of a kind; it is arithmetic of whole numbers, the same in every version.

CREATE MACRO mixed(x) AS (xor(x, x >> 16) * 73244475) % 4294967296;
CREATE MACRO draw(what, i) AS
  mixed(mixed((CAST(i AS UBIGINT) * 2654435761 + md5_number_lower(concat($seed, ':', what)) % 4294967296) % 4294967296)) / 4294967296.0;
CREATE MACRO pick(what, i, choices) AS choices[1 + CAST(floor(draw(what, i) * len(choices)) AS INTEGER)];
CREATE MACRO one_of(what, i, n) AS 1 + CAST(floor(draw(what, i) * n) AS BIGINT);
CREATE MACRO amount(what, i, typical) AS
  CAST(round(typical * exp(1.6 * (draw(what, i) + draw(concat(what, '2'), i) + draw(concat(what, '3'), i) - 1.5)), 2) AS DECIMAL(18, 2));
CREATE MACRO first_moment() AS TIMESTAMP '2024-07-01 00:00:00';
CREATE MACRO last_moment() AS TIMESTAMP '2026-09-30 23:59:59';
CREATE MACRO moment(what, i) AS first_moment() + to_seconds(CAST(floor(draw(what, i) * 821 * 86400) AS BIGINT));
CREATE MACRO past(t) AS CASE WHEN t <= last_moment() THEN t END;
CREATE MACRO money_of(what, i) AS CASE WHEN draw(what, i) < 0.8 THEN 'EUR' ELSE 'USD' END;

CREATE TABLE months AS
SELECT CAST(unnest(generate_series(DATE '2024-07-01', DATE '2026-09-01', INTERVAL 1 MONTH)) AS DATE) AS month_on;

CREATE TABLE channel (channel_id VARCHAR, name VARCHAR, is_marketing BOOLEAN);
INSERT INTO channel VALUES ('web', 'Web', true), ('phone', 'Phone', false), ('partner', 'Partners', true), ('ads', 'Advertising', true), ('email', 'E-mail', true), ('event', 'Events', true);

CREATE TABLE team (team_id VARCHAR, name VARCHAR);
INSERT INTO team VALUES ('T1', 'North'), ('T2', 'South'), ('T3', 'East'), ('T4', 'West'), ('T5', 'Service');

-- 1 to 24 sell, 25 to 28 prospect, 29 to 32 look after customers, 33 to 40 answer
CREATE TABLE rep AS
SELECT
  'R' || i AS rep_id,
  CASE WHEN i > 4 THEN 'R' || (1 + i % 4) END AS manager_id,
  CASE WHEN i > 32 THEN 'T5' ELSE 'T' || (1 + i % 4) END AS team_id,
  pick('first name', i, ['Ana', 'Bo', 'Chidi', 'Dora', 'Emre', 'Fay', 'Goran', 'Hana', 'Ivo', 'June', 'Kofi', 'Lena', '伟']) || ' '
    || pick('last name', i, ['Abe', 'Berg', 'Castro', 'Diaz', 'Eze', 'Fuchs', 'Garcia', 'Huang', 'Ito', 'Jansen']) AS name,
  CASE WHEN i <= 24 THEN 'AE' WHEN i <= 28 THEN 'SDR' WHEN i <= 32 THEN 'CSM' ELSE 'agent' END AS role,
  TIMESTAMP '2021-01-04 09:00:00' + to_days(CAST(i * 37 AS INTEGER)) AS hired_at,
  CASE WHEN i IN (19, 38) THEN TIMESTAMP '2026-03-31 17:00:00' END AS left_at,
  TIMESTAMP '2021-04-04 09:00:00' + to_days(CAST(i * 37 AS INTEGER)) AS ramp_end_at,
  'EUR' AS currency,
  CASE WHEN i % 7 = 0 THEN 0.5 ELSE 1.0 END AS fte,
  CAST(30 + 25 * draw('hour', i) AS DECIMAL(18, 2)) AS cost_per_hour,
  false AS is_deleted
FROM range(1, 41) AS t (i);

CREATE TABLE rep_team_hist AS
SELECT rep_id, team_id, hired_at AS valid_from, CASE WHEN rep_id IN ('R5', 'R6') THEN TIMESTAMP '2025-12-31 00:00:00' ELSE left_at END AS valid_to FROM rep
UNION ALL
SELECT rep_id, 'T4', TIMESTAMP '2025-12-31 00:00:00', left_at FROM rep WHERE rep_id IN ('R5', 'R6');

CREATE TABLE product AS
SELECT 'P' || i AS product_id, 'Product ' || i AS name, ['Base', 'Plus', 'Service'][1 + i % 3] AS family, i % 3 = 2 AS is_recurring, false AS is_deleted
FROM range(1, 13) AS t (i);

CREATE TABLE account AS
SELECT
  'A' || i AS account_id,
  CASE WHEN draw('parent', i) < 0.06 THEN 'A' || one_of('parent of', i, 50) END AS parent_account_id,
  CASE WHEN draw('no owner', i) < 0.02 THEN NULL ELSE 'R' || one_of('owner', i, 24) END AS owner_rep_id,
  pick('acquired by', i, ['web', 'web', 'phone', 'partner', 'ads', 'event']) AS acquisition_channel_id,
  created_at,
  CASE WHEN draw('churns', i) < 0.15 THEN past(created_at + to_days(CAST(200 + floor(draw('churn', i) * 500) AS INTEGER))) END AS churned_at,
  CASE WHEN i = 7 THEN '华东贸易' ELSE 'Account ' || i END AS name,
  CASE WHEN draw('kind', i) < 0.65 THEN 'customer' WHEN draw('kind', i) < 0.9 THEN 'prospect' WHEN draw('kind', i) < 0.96 THEN 'partner' ELSE 'former' END AS kind,
  pick('industry', i, ['Banking', 'Retail', 'Telecom', 'Health', NULL]) AS industry,
  pick('country', i, ['DE', 'DE', 'FR', 'US', 'CN']) AS country,
  pick('region', i, ['EMEA', 'EMEA', 'Americas', 'APAC']) AS region,
  CASE WHEN draw('segment', i) < 0.6 THEN 'SMB' WHEN draw('segment', i) < 0.9 THEN 'Mid-market' ELSE 'Enterprise' END AS segment,
  CASE WHEN draw('tier', i) < 0.15 THEN 'A' WHEN draw('tier', i) < 0.5 THEN 'B' ELSE 'C' END AS tier,
  CASE WHEN draw('merged', i) < 0.01 THEN 'A' || one_of('merged into', i, 50) END AS merged_into_id,
  draw('internal', i) < 0.005 AS is_internal,
  draw('test account', i) < 0.005 AS is_test,
  draw('deleted account', i) < 0.01 AS is_deleted,
  CAST(amount('employees', i, 60) AS INTEGER) AS employees
FROM (SELECT i, first_moment() - to_days(400) + to_seconds(CAST(floor(draw('account since', i) * 1100 * 86400) AS BIGINT)) AS created_at FROM range(1, $accounts + 1) AS t (i));

CREATE TABLE account_hist AS
SELECT account_id, owner_rep_id, created_at AS valid_from, created_at + to_days(250) AS valid_to, 'C' AS tier, segment, is_deleted FROM account
UNION ALL
SELECT account_id, owner_rep_id, created_at + to_days(250), NULL, tier, segment, is_deleted FROM account;

CREATE TABLE contact AS
SELECT
  'C' || i AS contact_id,
  CASE WHEN draw('no account', i) < 0.03 THEN NULL ELSE 'A' || one_of('contact of', i, $accounts) END AS account_id,
  'R' || one_of('contact owner', i, 32) AS owner_rep_id,
  created_at,
  past(created_at + to_days(CAST(floor(draw('edited', i) * 500) AS INTEGER))) AS edited_at,
  CASE WHEN draw('opts out', i) < 0.08 THEN past(created_at + to_days(CAST(floor(draw('opted out', i) * 400) AS INTEGER))) END AS opted_out_at,
  pick('buying role', i, ['user', 'user', 'dealer', 'buyer', 'decision_maker', 'champion', NULL]) AS role,
  CASE WHEN draw('no mail', i) < 0.05 THEN NULL ELSE 'person' || CASE WHEN draw('twice', i) < 0.03 THEN i - 1 ELSE i END || '@example.com' END AS match_key,
  CASE WHEN draw('phone', i) < 0.7 THEN '+49 30 ' || i END AS phone,
  pick('job', i, ['Buyer', 'Head of sales', 'Engineer', NULL]) AS job_title,
  CASE WHEN draw('merged contact', i) < 0.01 THEN 'C1' END AS merged_into_id,
  draw('opted in', i) < 0.8 AS is_opted_in,
  draw('test contact', i) < 0.005 AS is_test,
  draw('deleted contact', i) < 0.01 AS is_deleted
FROM (SELECT i, moment('contact since', i) AS created_at FROM range(1, $contacts + 1) AS t (i));

-- the rate of each day, or of the first of each month where the company is small: a dollar in euros and a euro in dollars, the same on both sides
CREATE TABLE fx_rate AS
WITH days AS (
  SELECT CAST(unnest(generate_series(DATE '2024-06-01', DATE '2026-12-31', INTERVAL $rate_step)) AS DATE) AS day
), rates AS (
  SELECT day, CAST(0.9 + 0.05 * sin(date_diff('day', DATE '2024-06-01', day) / 90.0) AS DECIMAL(18, 8)) AS rate FROM days
)
SELECT day AS rate_date, 'USD' AS from_ccy, 'EUR' AS to_ccy, rate FROM rates
UNION ALL
SELECT day, 'EUR', 'USD', CAST(1 / rate AS DECIMAL(18, 8)) FROM rates;
