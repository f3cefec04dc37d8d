-- What was sold and what is held. Planted: of subscriptions 5 % end in each of the first months, then 3 %, then 2 %.

CREATE TABLE order_header AS
SELECT 'O' || i AS order_id,
  CASE WHEN draw('order without account', i) < 0.01 THEN NULL WHEN i % 2503 = 5 THEN 'A0' ELSE 'A' || (1 + CAST(floor(power(draw('order of', i), 2) * $accounts) AS BIGINT)) END AS account_id,
  'C' || one_of('order contact', i, $contacts) AS contact_id, 'R' || one_of('order rep', i, 32) AS rep_id, pick('order channel', i, ['web', 'web', 'phone', 'partner', 'ads', 'email']) AS channel_id,
  moment('order', i) AS ordered_at, CASE WHEN draw('order status', i) < 0.05 THEN 'cancelled' WHEN draw('order status', i) < 0.07 THEN 'draft' WHEN draw('order status', i) < 0.12 THEN 'placed' ELSE 'completed' END AS status,
  money_of('order currency', i) AS currency, draw('test order', i) < 0.003 AS is_test, draw('deleted order', i) < 0.003 AS is_deleted
FROM range(1, $orders + 1) AS t (i);

CREATE TABLE order_line AS
SELECT 'O' || i AS order_id, CAST(k AS INTEGER) AS line_no, 'P' || one_of('line product', n, 12) AS product_id, CAST(quantity AS DOUBLE) AS quantity, list_price,
  CAST(round(0.1 * draw('discount', n) * quantity * list_price, 2) AS DECIMAL(18, 4)) AS discount_amt,
  CAST(quantity * list_price - round(0.1 * draw('discount', n) * quantity * list_price, 2) AS DECIMAL(18, 4)) AS net_amt,
  CASE WHEN draw('cost unknown', n) < 0.05 THEN NULL ELSE CAST(round(quantity * list_price * (0.5 + 0.2 * draw('cost', n)), 2) AS DECIMAL(18, 4)) END AS cogs_amt
FROM (
  SELECT i, k, i * 4 + k AS n, one_of('quantity', i * 4 + k, 8) AS quantity, CAST(amount('price', i * 4 + k, 40) AS DECIMAL(18, 4)) AS list_price
  FROM range(1, $orders + 1) AS t (i), range(1, 4) AS s (k) WHERE k = 1 OR draw('lines', i) * 3 > k
);

CREATE TABLE return_line AS
SELECT 'Q' || l.order_id || '-' || line_no AS return_id, l.order_id, line_no, past(ordered_at + to_days(CAST(3 + floor(25 * draw('returned', n)) AS INTEGER))) AS returned_at, currency,
  pick('return reason', n, ['damaged', 'wrong size', 'late']) AS reason, quantity, CAST(net_amt AS DECIMAL(18, 4)) AS refund_amt
FROM (SELECT *, CAST(substr(order_id, 2) AS BIGINT) * 4 + line_no AS n FROM order_line) AS l JOIN order_header AS o ON o.order_id = l.order_id
WHERE draw('returns', n) < 0.04 AND ordered_at < last_moment() - INTERVAL 30 DAY;

CREATE TABLE cart AS
SELECT 'W' || i AS cart_id, 'C' || one_of('cart contact', i, $contacts) AS contact_id, CASE WHEN draw('checkout', i) < 0.3 THEN 'O' || one_of('cart order', i, $orders) END AS order_id, 'web' AS channel_id,
  moment('cart', i) AS created_at, 'EUR' AS currency, amount('cart', i, 80) AS amount
FROM range(1, $orders + 1) AS t (i);

CREATE TABLE web_session AS
SELECT 'Y' || i AS session_id, CASE WHEN draw('known', i) < 0.3 THEN 'C' || one_of('session contact', i, $contacts) END AS contact_id, pick('session channel', i, ['web', 'ads', 'email']) AS channel_id,
  CASE WHEN draw('buys', i) < 0.04 THEN 'O' || one_of('session order', i, $orders) END AS order_id, moment('session', i) AS started_at, pick('device', i, ['phone', 'phone', 'desktop', 'tablet']) AS device, draw('session bot', i) < 0.05 AS is_bot
FROM range(1, 2 * $orders + 1) AS t (i);

CREATE TABLE subscription AS
WITH drawn AS (
  SELECT i, moment('subscribes', i) AS start_at FROM range(1, $subscriptions + 1) AS t (i)
), lived AS (
  SELECT *, -- the months until it ends: 5 % in each of the first three, 3 % in each of the next nine, 2 % from then on
    (SELECT min(m) FROM range(1, 40) AS s (m) WHERE draw('month ' || m, i) < CASE WHEN m <= 3 THEN 0.05 WHEN m <= 12 THEN 0.03 ELSE 0.02 END) AS months_held FROM drawn
)
SELECT 'U' || i AS subscription_id, 'A' || one_of('subscriber', i, $accounts) AS account_id, 'P' || (2 + 3 * CAST(floor(4 * draw('plan', i)) AS INTEGER)) AS product_id, start_at,
  past(start_at + to_months(CAST(months_held AS INTEGER))) AS end_at, CASE WHEN draw('trial', i) < 0.4 THEN start_at - to_days(14) END AS trial_start_at, CASE WHEN draw('trial', i) < 0.4 THEN start_at END AS trial_end_at,
  CASE WHEN past(start_at + to_months(CAST(months_held AS INTEGER))) IS NULL THEN 'active' ELSE 'ended' END AS status,
  CASE WHEN past(start_at + to_months(CAST(months_held AS INTEGER))) IS NOT NULL THEN pick('cancel', i, ['price', 'no use', 'payment failed']) END AS cancel_reason,
  CASE WHEN past(start_at + to_months(CAST(months_held AS INTEGER))) IS NOT NULL THEN pick('cancel', i, ['price', 'no use', 'payment failed']) <> 'payment failed' END AS is_voluntary,
  'EUR' AS currency, CAST(20 * one_of('plan price', i, 10) AS DECIMAL(18, 2)) AS mrr, CAST(one_of('seats', i, 20) AS INTEGER) AS quantity
FROM lived;

CREATE TABLE mrr_movement AS
SELECT account_id, month_on, kind, 'EUR' AS currency, sum(amount) AS amount FROM (
  SELECT account_id, CAST(date_trunc('month', start_at) AS DATE) AS month_on, 'new' AS kind, mrr AS amount FROM subscription
  UNION ALL
  SELECT account_id, CAST(date_trunc('month', end_at) AS DATE), 'churn', -mrr FROM subscription WHERE end_at IS NOT NULL
) GROUP BY ALL;

CREATE TABLE contract AS
SELECT 'H' || i AS contract_id, 'A' || one_of('contract of', i, $accounts) AS account_id, starts_at, starts_at + to_years(1) AS ends_at, CAST(starts_at + to_days(335) AS DATE) AS renewal_due_on,
  CASE WHEN draw('renews', i) < 0.8 THEN past(starts_at + to_days(CAST(320 + floor(40 * draw('renewed', i)) AS INTEGER))) END AS renewed_at, money_of('contract currency', i) AS currency, draw('auto', i) < 0.5 AS is_auto_renew,
  amount('contract', i, 12000) AS tcv, amount('contract', i, 12000) AS acv
FROM (SELECT i, moment('contract since', i) AS starts_at FROM range(1, $subscriptions + 1) AS t (i));

CREATE TABLE invoice AS
SELECT subscription_id || '-' || m AS invoice_id, account_id, subscription_id, start_at AS subscription_start_at, start_at + to_months(CAST(m AS INTEGER)) AS issued_at, start_at + to_months(CAST(m AS INTEGER)) + to_days(30) AS due_at,
  CASE WHEN draw('pays', n) < 0.95 THEN past(start_at + to_months(CAST(m AS INTEGER)) + to_days(CAST(5 + floor(40 * draw('paid', n)) AS INTEGER))) END AS paid_at,
  CASE WHEN draw('fails', n) < 0.04 THEN past(start_at + to_months(CAST(m AS INTEGER)) + to_days(2)) END AS failed_at, currency, CASE WHEN draw('fails', n) < 0.04 THEN 'card_declined' END AS failure_code,
  mrr AS amount, CASE WHEN draw('pays', n) < 0.95 THEN mrr ELSE 0 END AS paid_amt
FROM (SELECT *, CAST(substr(subscription_id, 2) AS BIGINT) * 100 + m AS n FROM subscription, range(0, 27) AS t (m)) WHERE start_at + to_months(CAST(m AS INTEGER)) <= coalesce(end_at, last_moment());

CREATE TABLE usage_daily AS
SELECT 'A' || a AS account_id, ['reports', 'alerts'][f] AS feature, CAST(month_on + INTERVAL 14 DAY AS DATE) AS used_on, CAST(one_of('users', n, 15) AS INTEGER) AS active_users, CAST(one_of('events', n, 400) AS INTEGER) AS events, 5.0 * one_of('minutes', n, 100) AS minutes, 20 AS seats_licensed
FROM (SELECT a, f, month_on, (a * 2 + f) * 1000 + date_diff('month', DATE '2024-01-01', month_on) AS n FROM range(1, $accounts + 1) AS t (a), range(1, 3) AS s (f), months) WHERE draw('uses', a) < 0.3;

CREATE TABLE wallet_estimate AS
SELECT 'A' || a AS account_id, month_on, 'EUR' AS currency, pick('confidence', a, ['high', 'medium', 'low']) AS confidence, amount('wallet', a * 1000 + date_diff('month', DATE '2024-01-01', month_on), 4000) AS category_spend
FROM range(1, $accounts + 1) AS t (a), months WHERE draw('estimated', a) < 0.2;
