-- Leads and deals. Planted: R3, R8 and R11 win 8 points more often; each channel converts as ever, while the mix moves from partners to the web
-- in 2026.

CREATE TABLE stage (stage_id VARCHAR, name VARCHAR, kind VARCHAR, place INTEGER);
INSERT INTO stage VALUES ('S1', 'Qualification', 'open', 1), ('S2', 'Discovery', 'open', 2), ('S3', 'Proposal', 'open', 3), ('S4', 'Negotiation', 'open', 4), ('S5', 'Won', 'won', 5), ('S6', 'Lost', 'lost', 6);

CREATE TABLE campaign AS
SELECT
  'M' || i AS campaign_id,
  CASE WHEN i > 4 THEN 'M' || (1 + i % 4) END AS parent_campaign_id,
  ['ads', 'email', 'event', 'web'][1 + i % 4] AS channel_id,
  DATE '2024-07-01' + CAST((i - 1) * 33 AS INTEGER) AS starts_on,
  DATE '2024-07-01' + CAST((i - 1) * 33 + 60 AS INTEGER) AS ends_on,
  ['advertising', 'newsletter', 'seminar', 'launch'][1 + i % 4] AS kind,
  'Campaign ' || i AS name,
  'EUR' AS currency,
  i % 4 = 1 AS is_automated,
  i % 6 <> 0 AS is_marketing,
  amount('budget', i, 20000) AS budget
FROM range(1, 25) AS t (i);

CREATE TABLE opportunity AS
WITH drawn AS (
  SELECT
    i,
    one_of('deal owner', i, 24) AS owner,
    moment('deal', i) AS created_at,
    CAST(3 + floor(110 * draw('cycle', i) * draw('cycle too', i)) AS INTEGER) AS cycle,
    draw('outcome', i) AS outcome
  FROM range(1, $deals + 1) AS t (i)
), told AS (
  SELECT *, past(created_at + to_days(cycle)) AS ends,
    outcome < 0.27 + CASE WHEN owner IN (3, 8, 11) THEN 0.08 ELSE 0 END AS wins
  FROM drawn
)
SELECT
  'D' || i AS opportunity_id,
  CASE WHEN i % 997 = 40 THEN 'A0' WHEN draw('deal without account', i) < 0.02 THEN NULL ELSE 'A' || one_of('deal of', i, $accounts) END AS account_id,
  CASE WHEN draw('deal without owner', i) < 0.01 THEN NULL ELSE 'R' || owner END AS owner_rep_id,
  'C' || one_of('deal contact', i, $contacts) AS primary_contact_id,
  CASE WHEN draw('sourced', i) < 0.4 THEN 'M' || one_of('campaign of deal', i, 24) END AS campaign_id,
  CASE WHEN ends IS NULL OR outcome > 0.97 THEN 'S' || one_of('at stage', i, 4) WHEN wins THEN 'S5' ELSE 'S6' END AS stage_id,
  'P' || one_of('deal product', i, 12) AS product_id,
  created_at,
  CASE WHEN outcome <= 0.97 THEN ends END AS closed_at,
  CAST(created_at + to_days(cycle + CAST(floor(30 * draw('late', i)) - 15 AS INTEGER)) AS DATE) AS expected_close_on,
  pick('deal kind', i, ['new', 'new', 'expansion', 'renewal']) AS kind,
  CASE WHEN ends IS NULL OR outcome > 0.97 THEN 'open' WHEN wins THEN 'won' ELSE 'lost' END AS status,
  money_of('deal currency', i) AS currency,
  CASE WHEN ends IS NOT NULL AND NOT wins AND outcome <= 0.97 THEN pick('reason', i, ['Price', 'Price', 'Competitor', 'No decision', NULL]) END AS loss_reason,
  CASE WHEN draw('merged deal', i) < 0.004 THEN 'D1' END AS merged_into_id,
  draw('test deal', i) < 0.003 AS is_test,
  draw('deleted deal', i) < 0.005 AS is_deleted,
  CASE WHEN ends IS NULL OR outcome > 0.97 THEN round(draw('chance', i), 2) WHEN wins THEN 1 ELSE 0 END AS probability,
  CASE WHEN draw('deal without amount', i) < 0.02 THEN NULL ELSE amount('deal amount', i, 9000) END AS amount
FROM told;

CREATE TABLE opportunity_credit AS
SELECT opportunity_id, owner_rep_id AS rep_id, CASE WHEN hash_part < 0.2 THEN 0.7 ELSE 1.0 END AS part
FROM (SELECT *, draw('split', CAST(substr(opportunity_id, 2) AS BIGINT)) AS hash_part FROM opportunity) WHERE owner_rep_id IS NOT NULL
UNION ALL
SELECT opportunity_id, CASE WHEN owner_rep_id = 'R24' THEN 'R23' ELSE 'R24' END, 0.3
FROM (SELECT *, draw('split', CAST(substr(opportunity_id, 2) AS BIGINT)) AS hash_part FROM opportunity) WHERE owner_rep_id IS NOT NULL AND hash_part < 0.2;

CREATE TABLE opportunity_stage_history AS
WITH steps AS (
  SELECT opportunity_id, created_at, coalesce(closed_at, last_moment()) AS until, closed_at, status, stage_id,
    CASE WHEN status = 'won' THEN 4 WHEN status = 'open' THEN CAST(substr(stage_id, 2) AS INTEGER)
      ELSE 1 + CAST(floor(4 * draw('lost at', CAST(substr(opportunity_id, 2) AS BIGINT))) AS INTEGER) END AS reached
  FROM opportunity
), entries AS (
  SELECT opportunity_id, 'S' || k AS stage_id, created_at + (until - created_at) * ((k - 1) / (reached + 0.0)) AS entered_at,
    CASE WHEN k < reached OR closed_at IS NOT NULL THEN created_at + (until - created_at) * (k / (reached + 0.0)) END AS exited_at
  FROM steps, range(1, 5) AS s (k) WHERE k <= reached
)
SELECT opportunity_id, stage_id, entered_at, exited_at FROM entries
UNION ALL
SELECT opportunity_id, stage_id, closed_at + to_seconds(1), NULL FROM steps WHERE closed_at IS NOT NULL;

CREATE TABLE opportunity_snapshot AS
SELECT
  o.opportunity_id, m.month_on AS snapshot_on, o.owner_rep_id,
  CASE WHEN o.closed_at IS NULL OR o.closed_at >= m.month_on THEN 'S' || (1 + date_diff('month', o.created_at, m.month_on) % 4) ELSE o.stage_id END AS stage_id,
  -- a deal that takes long is put off from month to month
  greatest(o.expected_close_on, m.month_on + CAST(CASE WHEN draw('put off', CAST(substr(o.opportunity_id, 2) AS BIGINT)) < 0.4 THEN 20 ELSE 0 END AS INTEGER)) AS expected_close_on,
  CASE WHEN o.closed_at IS NULL OR o.closed_at >= m.month_on THEN 'open' ELSE o.status END AS status,
  o.currency,
  CASE WHEN o.closed_at IS NULL OR o.closed_at >= m.month_on THEN 0.2 * (1 + date_diff('month', o.created_at, m.month_on) % 4) ELSE o.probability END AS probability,
  o.amount
FROM opportunity AS o JOIN months AS m ON m.month_on >= o.created_at AND m.month_on <= coalesce(o.closed_at, last_moment()) + INTERVAL 1 MONTH;

CREATE TABLE lead AS
WITH drawn AS (
  SELECT i, moment('lead', i) AS created_at, draw('lead channel', i) AS which FROM range(1, $leads + 1) AS t (i)
), told AS (
  SELECT *, CASE
      WHEN which < CASE WHEN created_at < TIMESTAMP '2026-01-01' THEN 0.3 ELSE 0.55 END THEN 'web'
      WHEN which < 0.75 THEN 'partner'
      WHEN which < 0.9 THEN 'ads' ELSE 'event' END AS channel_id
  FROM drawn
), fated AS (
  SELECT *, draw('converts', i) < CASE channel_id WHEN 'web' THEN 0.10 WHEN 'partner' THEN 0.30 ELSE 0.18 END AS converts,
    past(created_at + to_days(CAST(floor(20 * draw('mql', i)) AS INTEGER))) AS mql_at
  FROM told
)
SELECT
  'L' || i AS lead_id,
  CASE WHEN draw('lead without owner', i) < 0.03 THEN NULL ELSE 'R' || (24 + one_of('lead owner', i, 4)) END AS owner_rep_id,
  CASE WHEN converts THEN 'A' || one_of('lead account', i, $accounts) END AS converted_account_id,
  CASE WHEN converts AND draw('lead deal', i) < 0.9 THEN 'D' || one_of('deal of lead', i, $deals) END AS converted_opportunity_id,
  CASE WHEN draw('lead campaign', i) < 0.5 THEN 'M' || one_of('campaign of lead', i, 24) END AS campaign_id,
  channel_id, created_at,
  CASE WHEN converts OR draw('is mql', i) < 0.5 THEN mql_at END AS mql_at,
  CASE WHEN converts OR draw('is sql', i) < 0.25 THEN past(mql_at + to_days(5)) END AS sql_at,
  CASE WHEN converts THEN past(created_at + to_days(CAST(10 + floor(60 * draw('converted', i)) AS INTEGER))) END AS converted_at,
  CASE WHEN NOT converts AND draw('disqualified', i) < 0.4 THEN past(created_at + to_days(30)) END AS disqualified_at,
  channel_id AS source,
  CASE WHEN converts THEN 'converted' ELSE 'open' END AS status,
  CASE WHEN draw('merged lead', i) < 0.01 THEN 'L1' END AS merged_into_id,
  draw('test lead', i) < 0.004 AS is_test,
  draw('deleted lead', i) < 0.01 AS is_deleted,
  CAST(floor(60 * draw('score', i) + CASE WHEN converts THEN 40 * draw('score too', i) ELSE 10 * draw('score too', i) END) AS INTEGER) AS score
FROM fated;

CREATE TABLE proposal AS
WITH drawn AS (
  SELECT opportunity_id, owner_rep_id, created_at, closed_at, status AS deal, currency, amount, v AS version, CAST(substr(opportunity_id, 2) AS BIGINT) AS i
  FROM opportunity, range(1, 3) AS t (v) WHERE draw('proposal', CAST(substr(opportunity_id, 2) AS BIGINT)) < CASE WHEN v = 1 THEN 0.6 ELSE 0.2 END
)
SELECT opportunity_id || '-' || version AS proposal_id, opportunity_id, owner_rep_id AS rep_id,
  past(created_at + to_days(CAST(version * 3 AS INTEGER))) AS issued_at, closed_at AS decided_at,
  CASE WHEN draw('drafted', i) < 0.05 THEN 'draft' WHEN deal = 'won' THEN 'accepted' WHEN deal = 'lost' THEN pick('proposal ends', i, ['rejected', 'expired']) ELSE 'issued' END AS status,
  currency, false AS is_deleted, CAST(version AS INTEGER) AS version, amount
FROM drawn WHERE created_at + to_days(CAST(version * 3 AS INTEGER)) <= last_moment();

CREATE TABLE quota AS
SELECT rep_id, month_on AS starts_on, CAST(month_on + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE) AS ends_on, CAST($quota AS DECIMAL(18, 2)) AS amount
FROM rep, months WHERE role = 'AE' AND month(month_on) IN (1, 4, 7, 10);

CREATE TABLE forecast AS
SELECT team_id, month_on, CAST(round($quota * (1.6 + 0.8 * draw('forecast ' || team_id, CAST(date_diff('month', DATE '2024-01-01', month_on) AS BIGINT))), 2) AS DECIMAL(18, 2)) AS amount
FROM team, months WHERE team_id <> 'T5';
