-- Messages and what became of them, advertisements, ways to a conversion.

CREATE TABLE message_send AS
SELECT 'N' || i AS send_id, 'M' || one_of('send campaign', i, 24) AS campaign_id, 'C' || one_of('recipient', i, $contacts) AS contact_id, sent_at,
  CASE WHEN fate >= 0.04 THEN sent_at + to_seconds(CAST(1 + floor(600 * draw('delivery', i)) AS BIGINT)) END AS delivered_at,
  CASE WHEN fate < 0.05 THEN sent_at + to_seconds(30) END AS bounced_at,
  CASE WHEN draw('medium', i) < 0.85 THEN 'email' ELSE pick('other medium', i, ['sms', 'push', 'post']) END AS medium,
  pick('domain', i, ['example.com', 'example.org', 'example.net']) AS domain, pick('variant', i, ['A', 'B']) AS variant,
  CASE WHEN fate < 0.02 THEN 'hard' WHEN fate < 0.045 THEN 'soft' WHEN fate < 0.05 THEN 'block' END AS bounce_type,
  CASE WHEN draw('suppressed', i) < 0.02 THEN 'unsubscribed' END AS suppressed_reason,
  draw('personalised', i) < 0.4 AS is_personalised, draw('automated send', i) < 0.5 AS is_automated
FROM (SELECT i, moment('send', i) AS sent_at, draw('bounce', i) AS fate FROM range(1, $messages + 1) AS t (i));

CREATE TABLE message_event AS
SELECT send_id || '-' || kind AS event_id, send_id, delivered_at + to_seconds(CAST(60 + floor(90000 * draw('event at ' || kind, n)) AS BIGINT)) AS occurred_at, kind AS event,
  CASE WHEN kind = 'click' THEN 'https://example.com/offer' END AS url, draw('bot ' || kind, n) < 0.04 AS is_bot, kind = 'open' AND draw('machine', n) < 0.3 AS is_machine_open
FROM (
  SELECT *, CAST(substr(send_id, 2) AS BIGINT) AS n FROM message_send, (VALUES ('open', 0.35), ('click', 0.05), ('reply', 0.01), ('forward', 0.005), ('unsubscribe', 0.004), ('complaint', 0.001), ('conversion', 0.008)) AS k (kind, part)
) WHERE delivered_at IS NOT NULL AND draw('event ' || kind, n) < part;

CREATE TABLE seed_message AS
SELECT 'Z' || i AS seed_message_id, 'M' || one_of('seed campaign', i, 24) AS campaign_id, moment('seed', i) AS sent_at, pick('seed domain', i, ['example.com', 'example.org']) AS domain,
  CASE WHEN draw('placed', i) < 0.85 THEN 'inbox' WHEN draw('placed', i) < 0.95 THEN 'spam' WHEN draw('placed', i) < 0.98 THEN 'missing' ELSE 'bounced' END AS placed
FROM range(1, $seeds + 1) AS t (i);

CREATE TABLE list_member AS
SELECT 'newsletter' AS list_id, contact_id, created_at AS joined_at, opted_out_at AS left_at FROM contact WHERE is_opted_in;

CREATE TABLE flow_entry AS
SELECT 'F' || i AS flow_entry_id, 'C' || one_of('flow contact', i, $contacts) AS contact_id, 'M' || one_of('flow campaign', i, 24) AS campaign_id, entered_at, pick('flow', i, ['welcome', 'win back', 'cart']) AS flow,
  CASE WHEN draw('flow converts', i) < CASE WHEN draw('holdout', i) < 0.1 THEN 0.06 ELSE 0.11 END THEN past(entered_at + to_days(CAST(1 + floor(13 * draw('flow days', i)) AS INTEGER))) END AS converted_at,
  draw('holdout', i) < 0.1 AS is_holdout
FROM (SELECT i, moment('flow', i) AS entered_at FROM range(1, $contacts + 1) AS t (i));

CREATE TABLE test_subject AS
SELECT DISTINCT ON (test_id, contact_id) test_id, contact_id, campaign_id, assigned_at, arm, draw('test converts', n) < CASE WHEN arm = 'treated' THEN 0.09 ELSE 0.06 END AS is_converted
FROM (
  SELECT i AS n, 'B' || one_of('test', i, 6) AS test_id, 'C' || one_of('subject', i, $contacts) AS contact_id, 'M' || one_of('test', i, 6) AS campaign_id, moment('assigned', i) AS assigned_at,
    CASE WHEN draw('arm', i) < 0.8 THEN 'treated' ELSE 'holdout' END AS arm
  FROM range(1, $contacts + 1) AS t (i)
) ORDER BY test_id, contact_id, n;

CREATE TABLE ad_delivery AS
SELECT 'AD' || a AS ad_id, delivered_on, 'M' || a AS campaign_id, 'ads' AS channel_id, ['search', 'social', 'display'][1 + a % 3] AS placement, 'EUR' AS currency,
  impressions, CAST(floor(impressions * 0.02) AS INTEGER) AS invalid_impressions, CAST(floor(impressions * 0.9) AS INTEGER) AS measurable, CAST(floor(impressions * 0.6) AS INTEGER) AS viewable,
  CAST(floor(impressions * 0.012) AS INTEGER) AS clicks, CAST(floor(impressions * 0.0005) AS INTEGER) AS invalid_clicks, CAST(impressions * 0.004 AS DECIMAL(18, 4)) AS cost
FROM (
  SELECT a, CAST(d AS DATE) AS delivered_on, CAST(2000 + floor(8000 * draw('impressions', a * 100000 + date_diff('day', DATE '2024-01-01', CAST(d AS DATE)))) AS INTEGER) AS impressions
  FROM range(1, 25) AS t (a), unnest(generate_series(TIMESTAMP '2024-07-01', TIMESTAMP '2026-09-30', INTERVAL $ad_step DAY)) AS s (d)
  WHERE date_diff('day', DATE '2024-07-01', CAST(d AS DATE)) BETWEEN (a - 1) * 33 AND (a - 1) * 33 + 60
);

CREATE TABLE conversion_event AS
SELECT 'K' || i AS conversion_id, 'C' || one_of('converter', i, $contacts) AS contact_id, CASE WHEN draw('conversion campaign', i) < 0.9 THEN 'M' || one_of('campaign of conversion', i, 24) END AS campaign_id, moment('conversion', i) AS occurred_at,
  pick('action', i, ['lead', 'signup', 'download', 'order', 'order', 'call']) AS action, pick('converted by', i, ['click', 'click', 'view']) AS via, 'EUR' AS currency,
  amount('conversion revenue', i, 90) AS revenue, CAST(0.3 * amount('conversion revenue', i, 90) AS DECIMAL(18, 2)) AS margin
FROM range(1, $leads + 1) AS t (i);

CREATE TABLE touchpoint AS
SELECT conversion_id, CAST(p AS INTEGER) AS position, occurred_at - to_seconds(CAST(floor((steps - p + draw('touch', n * 10 + p)) * 86400 * 3) AS BIGINT)) AS occurred_at,
  'M' || one_of('touch campaign', n * 10 + p, 24) AS campaign_id, pick('touch channel', n * 10 + p, ['web', 'ads', 'email', 'event', 'partner']) AS channel_id
FROM (SELECT conversion_id, occurred_at, CAST(substr(conversion_id, 2) AS BIGINT) AS n, one_of('touches', CAST(substr(conversion_id, 2) AS BIGINT), 5) AS steps FROM conversion_event), range(1, 6) AS t (p) WHERE p <= steps;
