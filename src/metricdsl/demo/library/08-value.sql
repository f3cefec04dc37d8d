-- What it was good for: both sides of the relationship, initiatives, goals, the quality of the data, the published success stories.

CREATE TABLE customer_outcome AS
SELECT 'A' || a AS account_id, ['save time', 'sell more'][1 + a % 2] AS goal, CAST(month_on + INTERVAL 20 DAY AS DATE) AS measured_on, 'EUR' AS currency, amount('planned', n, 900) AS planned_value,
  CAST(amount('planned', n, 900) * (0.6 + 0.7 * draw('realised', n)) AS DECIMAL(18, 2)) AS realised_value, amount('price paid', n, 300) AS price_paid, amount('effort', n, 60) AS effort_cost
FROM (SELECT a, month_on, a * 1000 + date_diff('month', DATE '2024-01-01', month_on) AS n FROM range(1, $accounts + 1) AS t (a), months WHERE month(month_on) % 3 = 0) WHERE draw('measured', a) < 0.3;

CREATE TABLE referral AS
SELECT 'RF' || i AS referral_id, 'A' || one_of('referrer', i, $accounts) AS referrer_account_id, CASE WHEN draw('referred', i) < 0.25 THEN 'A' || one_of('referred account', i, $accounts) END AS converted_account_id, referred_at,
  CASE WHEN draw('referred', i) < 0.25 THEN past(referred_at + to_days(CAST(floor(80 * draw('referral days', i)) AS INTEGER))) END AS converted_at, 'EUR' AS currency, CAST(50 AS DECIMAL(18, 2)) AS reward
FROM (SELECT i, moment('referral', i) AS referred_at FROM range(1, CAST($accounts / 4 AS INTEGER) + 2) AS t (i));

CREATE TABLE initiative AS
SELECT 'IN' || i AS initiative_id, ['One inbox', 'New price list', 'Partner portal', 'Loyalty'][i] AS name, DATE '2024-07-01' + CAST(90 * i AS INTEGER) AS starts_on FROM range(1, 5) AS t (i);

CREATE TABLE initiative_result AS
SELECT initiative_id, CAST(starts_on + to_months(CAST(m AS INTEGER)) AS DATE) AS booked_on, 'EUR' AS currency, CASE WHEN m = 0 THEN 0 ELSE CAST(1500 + 500 * m AS DECIMAL(18, 2)) END AS gain, CASE WHEN m = 0 THEN CAST(20000 AS DECIMAL(18, 2)) ELSE CAST(400 AS DECIMAL(18, 2)) END AS cost
FROM initiative, range(0, 16) AS t (m) WHERE CAST(starts_on + to_months(CAST(m AS INTEGER)) AS DATE) <= DATE '2026-09-30';

CREATE TABLE cash_flow AS
SELECT initiative_id AS project_id, booked_on AS flow_on, CAST(date_diff('month', starts_on, booked_on) AS INTEGER) AS step, 'EUR' AS currency, gain - cost AS amount FROM initiative_result JOIN initiative USING (initiative_id);

CREATE TABLE metric_target AS
SELECT m AS metric_id, 'team' AS scope_type, team_id AS scope_id, month_on AS period_start, CAST(month_on + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE) AS period_end, 0.25 AS baseline_value, 0.33 AS target_value, 0.25 + 0.1 * draw('reached ' || m || team_id, date_diff('month', DATE '2024-01-01', month_on)) AS actual_value, 1.0 AS weight
FROM (VALUES ('win_rate_count'), ('sla_attainment')) AS t (m), team, months;

CREATE TABLE field_check AS
SELECT kind AS entity_name, prefix || i AS record_id, field, DATE '2026-09-01' AS checked_on, CASE WHEN draw('filled ' || kind || field, i) < 0.85 THEN 'x' END AS content, field <> 'phone' AS is_required, draw('valid ' || kind || field, i) < 0.95 AS is_valid, 'R' || one_of('data of ' || kind, i, 32) AS rep_id
FROM range(1, $checks + 1) AS t (i), (VALUES ('contact', 'C'), ('account', 'A')) AS k (kind, prefix), (VALUES ('name'), ('phone'), ('industry')) AS f (field);

-- the hundred published success stories: how often each benefit is named (which story names which is not published, and made up)
CREATE TABLE success_case AS
SELECT 'SC' || i AS case_id, 'SAP' AS vendor, 2003 AS year FROM range(1, 101) AS t (i);

CREATE TABLE case_benefit AS
SELECT 'SC' || (1 + (k * 37 + offset_) % 100) AS case_id, code AS benefit_code, part AS benefit_group, false AS is_quantified
FROM (VALUES
  ('1a', '1', 24, 3), ('1b', '1', 13, 11), ('1c', '1', 11, 19), ('2a', '2', 27, 5), ('2b', '2', 25, 23), ('2c', '2', 24, 31), ('2d', '2', 14, 43), ('2e', '2', 5, 59),
  ('2f', '2', 3, 61), ('2g', '2', 2, 71), ('2h', '2', 1, 83), ('3a', '3', 35, 2), ('3b', '3', 16, 13), ('3c', '3', 3, 29), ('4a', '4', 13, 47), ('4b', '4', 1, 53)
) AS b (code, part, n, offset_), range(0, 35) AS t (k) WHERE k < n;

CREATE TABLE registered_metric (metric_id VARCHAR, scorecard VARCHAR, metric_class VARCHAR, framework VARCHAR);
INSERT INTO registered_metric VALUES ('activities_logged', 'sales', 'input', 'CIM'), ('lead_response_time', 'sales', 'process', 'CIM'), ('win_rate_count', 'sales', 'output', 'CIM'), ('won_revenue', 'sales', 'outcome', 'CEM'),
  ('first_response_time', 'service', 'process', 'CIM'), ('sla_attainment', 'service', 'process', 'CIM'), ('csat_top2', 'service', 'outcome', 'CEM'), ('win_win_share', 'value', 'outcome', 'CSM');
