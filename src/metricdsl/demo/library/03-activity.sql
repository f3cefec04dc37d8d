-- What people did for customers, when they worked, and what it all cost.

CREATE TABLE activity_type AS
SELECT unnest(['call', 'email_1to1', 'meeting', 'seminar', 'webinar', 'visit', 'follow_up', 'brochure', 'sample', 'demo', 'chat', 'social']) AS type,
  unnest([true, true, true, true, true, true, true, false, true, true, true, false]) AS is_customer_facing,
  unnest([1.0, 0.5, 3.0, 2.0, 1.5, 4.0, 1.0, 0.5, 2.0, 3.0, 0.5, 0.2]) AS weight;

CREATE TABLE activity AS
-- the first contact with a lead, hours after it came
SELECT
  'V' || lead_id AS activity_id, 'call' AS type, owner_rep_id AS rep_id, converted_account_id AS account_id, NULL AS contact_id, lead_id,
  converted_opportunity_id AS opportunity_id, NULL AS product_id,
  created_at + to_seconds(CAST(600 + floor(200000 * draw('response', n) * draw('response too', n)) AS BIGINT)) AS occurred_at,
  'outbound' AS direction, CASE WHEN draw('connects', n) < 0.35 THEN 'connected' ELSE 'voicemail' END AS outcome,
  false AS is_automated, false AS is_deleted, CAST(60 + floor(600 * draw('talk', n)) AS INTEGER) AS length,
  CASE WHEN draw('scored', n) < 0.6 THEN round(3 + 7 * draw('quality', n), 1) END AS quality_score
FROM (SELECT *, CAST(substr(lead_id, 2) AS BIGINT) AS n FROM lead) WHERE draw('contacted', n) < 0.85
UNION ALL
SELECT
  'V' || i, kind, 'R' || one_of('activity rep', i, 32),
  CASE WHEN draw('activity account', i) < 0.05 THEN NULL ELSE 'A' || one_of('activity of', i, $accounts) END,
  'C' || one_of('activity contact', i, $contacts), NULL,
  CASE WHEN draw('on a deal', i) < 0.5 THEN 'D' || one_of('activity deal', i, $deals) END,
  CASE WHEN kind IN ('sample', 'demo') THEN 'P' || one_of('activity product', i, 12) END,
  moment('activity', i), CASE WHEN draw('inbound', i) < 0.25 THEN 'inbound' ELSE 'outbound' END,
  CASE WHEN kind = 'call' THEN CASE WHEN draw('connects', i) < 0.4 THEN 'connected' ELSE 'voicemail' END WHEN kind IN ('seminar', 'webinar') THEN pick('came', i, ['attended', 'attended', 'no_show']) END,
  draw('automated', i) < 0.1, draw('deleted activity', i) < 0.005, CAST(120 + floor(3600 * draw('talk', i)) AS INTEGER),
  CASE WHEN draw('scored', i) < 0.5 THEN round(3 + 7 * draw('quality', i), 1) END
FROM (
  SELECT i, pick('activity kind', i, ['call', 'call', 'call', 'email_1to1', 'email_1to1', 'meeting', 'seminar', 'webinar', 'visit', 'follow_up', 'follow_up', 'brochure', 'sample', 'demo', 'chat', 'social']) AS kind
  FROM range(1, $activities + 1) AS t (i)
);

CREATE TABLE event_guest AS
SELECT DISTINCT ON (event_id, contact_id) event_id, contact_id, campaign_id, event_on, true AS is_invited, came < 0.45 AS is_registered, came < 0.3 AS is_attended
FROM (
  SELECT 'E' || one_of('event', i, 12) AS event_id, 'C' || one_of('guest', i, $contacts) AS contact_id, 'M' || (2 * one_of('event', i, 12)) AS campaign_id,
    DATE '2024-09-01' + CAST(60 * one_of('event', i, 12) AS INTEGER) AS event_on, draw('comes', i) AS came, i
  FROM range(1, $contacts + 1) AS t (i)
) ORDER BY event_id, contact_id, i;

CREATE TABLE shift AS
SELECT rep_id, work_on, 28800 AS paid, 27000 AS scheduled, CAST(22000 + floor(5000 * draw('adheres', n)) AS INTEGER) AS in_adherence,
  CAST(2400 + floor(2400 * draw('away', n)) AS INTEGER) AS unavailable, CAST(14000 + floor(6000 * draw('handles', n)) AS INTEGER) AS handling, CAST(2000 + floor(4000 * draw('waits', n)) AS INTEGER) AS waiting
FROM (
  SELECT rep_id, CAST(d AS DATE) AS work_on, CAST(substr(rep_id, 2) AS BIGINT) * 100000 + date_diff('day', DATE '2024-01-01', CAST(d AS DATE)) AS n
  FROM rep, unnest(generate_series(TIMESTAMP '2026-09-30' - INTERVAL $days DAY, TIMESTAMP '2026-09-30', INTERVAL 1 DAY)) AS s (d) WHERE isodow(d) <= 5
);

CREATE TABLE spend AS
WITH kinds AS (
  SELECT unnest(['ad', 'agency', 'tools', 'sales_payroll', 'sales_benefits', 'market_research', 'service_payroll', 'after_sales', 'upgrade', 'loyalty_reward', 'discount', 'overhead']) AS cost_type,
    unnest(['acquire', 'acquire', 'overhead', 'acquire', 'acquire', 'acquire', 'serve', 'serve', 'expand', 'retain', 'retain', 'overhead']) AS purpose,
    unnest([12.0, 3.0, 2.0, 20.0, 5.0, 2.0, 9.0, 3.0, 2.0, 4.0, 3.0, 6.0]) AS part,
    unnest(range(1, 13)) AS k
), drawn AS (
  SELECT *, date_diff('month', DATE '2024-01-01', month_on) * 1000 + k * 10 + p AS n FROM kinds, months, range(1, $parts + 1) AS t (p)
)
SELECT 'X' || n AS spend_id, CASE WHEN cost_type IN ('ad', 'agency') THEN 'M' || one_of('spend campaign', n, 24) END AS campaign_id,
  CASE WHEN purpose IN ('retain', 'serve') THEN 'A' || one_of('spend account', n, $accounts) END AS account_id,
  CASE WHEN purpose = 'acquire' THEN pick('spend channel', n, ['web', 'ads', 'ads', 'partner', 'event', 'email', 'phone']) END AS channel_id,
  'T' || one_of('spend team', n, 5) AS team_id, CASE WHEN draw('spend product', n) < 0.3 THEN 'P' || one_of('product of spend', n, 12) END AS product_id,
  month_on + CAST(floor(27 * draw('spent', n)) AS INTEGER) AS spent_on, cost_type, purpose, money_of('spend currency', n) AS currency,
  cost_type IN ('ad', 'after_sales', 'discount') AS is_variable, draw('deleted spend', n) < 0.01 AS is_deleted,
  CAST(round(part * $spend * (0.7 + 0.6 * draw('spend', n)), 2) AS DECIMAL(18, 2)) AS amount
FROM drawn;
