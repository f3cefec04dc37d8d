-- What customers say. Planted: the score of recommendation falls by a point and a half in 2026.

CREATE TABLE survey (survey_id VARCHAR, name VARCHAR);
INSERT INTO survey VALUES ('SV1', 'After a ticket'), ('SV2', 'Relationship');

CREATE TABLE survey_question (question_id VARCHAR, survey_id VARCHAR, kind VARCHAR, attribute VARCHAR, is_in_scale BOOLEAN, scale_min INTEGER, scale_max INTEGER, top_box_from INTEGER, weight DOUBLE);
INSERT INTO survey_question VALUES
  ('QN', 'SV2', 'nps', 'recommendation', false, 0, 10, 9, 1), ('QC', 'SV1', 'csat', 'overall', true, 1, 5, 4, 1), ('QS', 'SV1', 'csat', 'speed', true, 1, 5, 4, 1), ('QF', 'SV1', 'csat', 'friendliness', true, 1, 5, 4, 1),
  ('QE', 'SV1', 'ces', 'effort', false, 1, 7, 5, 1), ('QR', 'SV1', 'resolved', 'resolved', false, 0, 1, 1, 1),
  ('QA1', 'SV2', 'acsi', 'satisfaction', false, 1, 10, 9, 0.4), ('QA2', 'SV2', 'acsi', 'expectations', false, 1, 10, 9, 0.3), ('QA3', 'SV2', 'acsi', 'ideal', false, 1, 10, 9, 0.3), ('QX', 'SV2', 'custom', 'price', false, 1, 5, 4, 1);

CREATE TABLE survey_invite AS
SELECT 'IV' || i AS invite_id, 'C' || one_of('invited', i, $contacts) AS contact_id, CASE WHEN draw('survey', i) < 0.6 THEN 'SV1' ELSE 'SV2' END AS survey_id, invited_at,
  CASE WHEN draw('invite bounces', i) < 0.04 THEN invited_at + to_seconds(20) END AS bounced_at, CASE WHEN draw('starts', i) BETWEEN 0.04 AND 0.4 THEN past(invited_at + to_hours(5)) END AS started_at,
  CASE WHEN draw('starts', i) BETWEEN 0.04 AND 0.34 THEN past(invited_at + to_hours(6)) END AS completed_at, pick('invite channel', i, ['email', 'sms']) AS channel
FROM (SELECT i, moment('invite', i) AS invited_at FROM range(1, 3 * $answers + 1) AS t (i));

CREATE TABLE survey_response AS
SELECT 'RS' || i AS response_id, CASE WHEN draw('answers survey', i) < 0.6 THEN 'SV1' ELSE 'SV2' END AS survey_id, contact_id, account_id, 'R' || (32 + one_of('answer rep', i, 8)) AS rep_id,
  CASE WHEN draw('answers survey', i) < 0.6 THEN 'I' || one_of('answer ticket', i, $tickets) END AS ticket_id, 'P' || one_of('answer product', i, 12) AS product_id, moment('answer', i) AS responded_at,
  CASE WHEN draw('answer role', i) < 0.7 THEN 'user' ELSE 'dealer' END AS respondent_role, CASE WHEN draw('comments', i) < 0.3 THEN 'words of customer ' || i END AS comment, pick('touch of answer', i, ['support', 'delivery', 'sales']) AS touchpoint, draw('test answer', i) < 0.003 AS is_test
FROM (SELECT i, 'C' || one_of('answers', i, $contacts) AS cid FROM range(1, $answers + 1) AS t (i)) JOIN contact ON contact_id = cid;

CREATE TABLE survey_answer AS
SELECT response_id, question_id, responded_at, contact_id, is_test, weight_of AS weight,
  CAST(least(scale_max, greatest(scale_min, round(scale_min + (scale_max - scale_min) * (0.35 + 0.6 * (0.6 * liking + 0.4 * draw('score ' || question_id, n))) - CASE WHEN kind = 'nps' AND responded_at >= TIMESTAMP '2026-01-01' THEN 1.5 * date_diff('day', DATE '2026-01-01', CAST(responded_at AS DATE)) / 273.0 ELSE 0 END))) AS INTEGER) AS score
FROM (
  SELECT r.*, q.question_id, q.kind, q.scale_min, q.scale_max, CAST(substr(r.response_id, 3) AS BIGINT) AS n, draw('liking', CAST(substr(r.response_id, 3) AS BIGINT)) AS liking, 0.5 + draw('weighs', CAST(substr(r.response_id, 3) AS BIGINT)) AS weight_of
  FROM survey_response AS r JOIN survey_question AS q ON q.survey_id = r.survey_id
) WHERE draw('skips ' || question_id, n) > 0.03;

CREATE TABLE theme_mention AS
SELECT response_id, theme, responded_at, pick('feels ' || theme, n, ['positive', 'positive', 'neutral', 'negative']) AS sentiment
FROM (SELECT *, CAST(substr(response_id, 3) AS BIGINT) AS n FROM survey_response WHERE comment IS NOT NULL), (VALUES ('price', 0.3), ('speed', 0.4), ('people', 0.5)) AS t (theme, part) WHERE draw('mentions ' || theme, n) < part;
