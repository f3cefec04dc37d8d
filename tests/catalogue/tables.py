"""The tables of the canonical model, and what may stand in them; see `rows.py` for the words."""

TABLES = """
team 3 team_id
team_id key t
name each of North South East

channel 4 channel_id
channel_id key c
name each of Web Phone Partner Ads
is_marketing flag

rep 8 rep_id
rep_id key r
manager_id one of r1 r2
team_id ref team.team_id
hired_at first
left_at after hired_at 300
ramp_end_at after hired_at 90
name each of Ann Bob Cid Dot Eve Fay Gus Hal
role one of AE SDR CSM agent
currency one of USD EUR
is_deleted is_null
fte float 0 1
cost_per_hour amount 20 80

rep_team_hist 10 rep_id, valid_from
rep_id parent rep.rep_id
team_id ref team.team_id
valid_from first
valid_to moment

account 18 account_id
account_id key a
parent_account_id one of a1 a2 a3
owner_rep_id ref rep.rep_id
acquisition_channel_id ref channel.channel_id
created_at first
churned_at seldom_moment
name one of Acme Bolt Cask
kind one of prospect customer partner former
industry one of steel food
country one of DE US
region one of EU US
segment one of SMB Enterprise
tier one of A B C
merged_into_id seldom
is_internal seldom_flag
is_test seldom_flag
is_deleted seldom_flag
employees number 1 900

account_hist 24 account_id, valid_from
account_id parent account.account_id
owner_rep_id ref rep.rep_id
valid_from first
valid_to moment
tier one of A B C
segment one of SMB Enterprise
is_deleted is_null

contact 24 contact_id
contact_id key p
account_id ref account.account_id
owner_rep_id ref rep.rep_id
created_at first
edited_at after created_at 100
opted_out_at moment
role one of user dealer buyer
match_key one of ann bob cid dot eve fay gus hal ida jon
phone one of 1 2
job_title one of boss clerk
merged_into_id seldom
is_opted_in flag
is_test seldom_flag
is_deleted seldom_flag

product 4 product_id
product_id key x
name each of Bolt Nut Saw Drill
family each of small small large large
is_recurring flag
is_deleted is_null

campaign 5 campaign_id
campaign_id key m
parent_campaign_id one of m1 m2
channel_id ref channel.channel_id
starts_on day
ends_on day
kind one of mail fair
name one of Spring Autumn
currency one of USD EUR
is_automated flag
is_marketing flag
budget amount 10 900

activity_type 12 type
type each of call email_1to1 meeting seminar webinar visit follow_up brochure sample demo chat social
is_customer_facing flag
weight float 1 5

stage 4 stage_id
stage_id key s
name each of Open Offer Won Lost
kind each of open open won lost
place count

opportunity 26 opportunity_id
opportunity_id key o
account_id ref account.account_id
owner_rep_id ref rep.rep_id
primary_contact_id ref contact.contact_id
campaign_id ref campaign.campaign_id
stage_id ref stage.stage_id
product_id ref product.product_id
created_at first
closed_at after created_at 60
expected_close_on after created_at 120 day
kind one of new expansion renewal
status one of open won won lost
currency one of USD EUR
loss_reason one of price rival
merged_into_id seldom
is_test seldom_flag
is_deleted seldom_flag
probability float 0 1
amount amount 0 5000

lead 26 lead_id
lead_id key l
owner_rep_id ref rep.rep_id
converted_account_id ref account.account_id
converted_opportunity_id ref opportunity.opportunity_id
campaign_id ref campaign.campaign_id
channel_id ref channel.channel_id
created_at first
mql_at after created_at 20
sql_at after mql_at 40
converted_at after created_at 120
disqualified_at moment
source one of web fair
status one of new old
merged_into_id seldom
is_test seldom_flag
is_deleted seldom_flag
score number 0 9

activity 46 activity_id
activity_id key v
type one of call email_1to1 meeting visit follow_up sample sample
rep_id ref rep.rep_id
account_id ref account.account_id
contact_id ref contact.contact_id
lead_id ref lead.lead_id
opportunity_id ref opportunity.opportunity_id
product_id ref product.product_id
occurred_at moment
direction one of outbound outbound inbound
outcome one of connected voicemail
is_automated flag
is_deleted seldom_flag
length number 0 3600
quality_score float 0 10

event_guest 16 event_id, contact_id
event_id one of e1 e2
contact_id parent contact.contact_id
campaign_id ref campaign.campaign_id
event_on day
is_invited flag
is_registered flag
is_attended flag

shift 20 rep_id, work_on
rep_id parent rep.rep_id
work_on first_day
paid number 20000 30000
scheduled number 20000 30000
in_adherence number 10000 20000
unavailable number 0 9000
handling number 0 9000
waiting number 0 9000

spend 40 spend_id
spend_id key k
campaign_id ref campaign.campaign_id
account_id ref account.account_id
channel_id ref channel.channel_id
team_id ref team.team_id
product_id ref product.product_id
spent_on day
cost_type one of ad agency tools sales_payroll service_payroll upgrade
purpose one of acquire retain serve expand overhead
currency one of USD EUR
is_variable flag
is_deleted seldom_flag
amount amount 1 900

fx_rate 12 from_ccy, to_ccy, rate_date
rate_date month_ends
from_ccy each of EUR USD
to_ccy each of USD EUR
rate float 0.5 1.5

opportunity_credit 20 opportunity_id, rep_id
opportunity_id parent opportunity.opportunity_id
rep_id parent rep.rep_id
part float 0 1

opportunity_stage_history 34 opportunity_id, entered_at
opportunity_id parent opportunity.opportunity_id
entered_at first
stage_id ref stage.stage_id
exited_at after entered_at 60

opportunity_snapshot 60 opportunity_id, snapshot_on
opportunity_id parent opportunity.opportunity_id
snapshot_on month_firsts
owner_rep_id ref rep.rep_id
stage_id ref stage.stage_id
expected_close_on after snapshot_on 60 day
status one of open open won lost
currency one of USD EUR
probability float 0 1.2
amount amount 0 5000

proposal 24 proposal_id
proposal_id key q
opportunity_id ref opportunity.opportunity_id
rep_id ref rep.rep_id
issued_at moment
decided_at after issued_at 40
status one of draft issued accepted rejected expired
currency one of USD EUR
is_deleted seldom_flag
version number 1 2
amount amount 1 5000

quota 12 rep_id, starts_on
rep_id parent rep.rep_id
starts_on month_firsts
ends_on after starts_on 90 day
amount amount 100 4000

forecast 14 team_id, month_on
team_id parent team.team_id
month_on month_firsts
amount amount 100 4000

order_header 34 order_id
order_id key d
account_id ref account.account_id
contact_id ref contact.contact_id
rep_id ref rep.rep_id
channel_id ref channel.channel_id
ordered_at moment
status one of draft placed shipped completed completed cancelled
currency one of USD EUR
is_test seldom_flag
is_deleted seldom_flag

order_line 50 order_id, line_no
order_id parent order_header.order_id
line_no count
product_id ref product.product_id
quantity float 1 5
list_price amount 1 90
discount_amt amount 0 20
net_amt amount -20 200
cogs_amt amount 1 90

contract 12 contract_id
contract_id key n
account_id ref account.account_id
starts_at moment
ends_at after starts_at 120
renewal_due_on day
renewed_at moment
currency one of USD EUR
is_auto_renew flag
tcv amount 1 900
acv amount 1 900

wallet_estimate 14 account_id, month_on
account_id parent account.account_id
month_on month_firsts
currency one of USD EUR
confidence one of high low
category_spend amount 0 900

ticket 34 ticket_id
ticket_id key i
account_id ref account.account_id
contact_id ref contact.contact_id
product_id ref product.product_id
assignee_rep_id ref rep.rep_id
created_at moment
first_solved_at after created_at 9
solved_at after first_solved_at 9
closed_at after solved_at 9
channel one of mail phone
kind one of question incident complaint complaint
priority one of low high
group_name one of one two
topic one of bill parcel
created_by one of customer customer agent
is_escalated flag
merged_into_id seldom
is_spam seldom_flag
is_test seldom_flag
is_deleted seldom_flag
handoff_count number 0 4
work_hours float 0 3

ticket_event 90 ticket_id, occurred_at, seq
ticket_id parent ticket.ticket_id
occurred_at first
seq count
kind one of comment comment status
is_public flag
actor_role one of agent customer
is_automated seldom_flag
from_status one of new open solved
to_status one of open hold solved pending

ticket_sla 24 ticket_id, metric_name, applied_at
ticket_id parent ticket.ticket_id
metric_name each of first_reply solve
applied_at first
due_at after applied_at 3
met_at after applied_at 5
policy one of gold tin
is_business flag
elapsed number 10 9000

contact_interval 20 queue, starts_at
queue each of red blue
starts_at first
offered number 10 40
answered number 5 30
abandoned number 0 9
short_abandoned number 0 4
answered_in_sl number 0 20
transferred number 0 5
wait_s_sum number 10 900
talk_s number 10 900
hold_s number 10 90
acw_s number 10 90

incident 12 incident_id
incident_id key j
service_id ref monitored_service.service_id
started_at moment
repaired_at after started_at 2

monitored_service 2 service_id
service_id key m
live_from moment
live_to is_null_moment
name each of Shop Desk

quality_review 12 review_id
review_id key w
rep_id ref rep.rep_id
ticket_id ref ticket.ticket_id
reviewed_at moment
is_auto_fail flag
points float 0 9
possible float 10 10

help_session 16 help_session_id
help_session_id key h
ticket_id ref ticket.ticket_id
started_at moment
topic one of bill parcel
ended one of solved assisted left

survey 2 survey_id
survey_id key y
name each of Short Long

survey_question 8 question_id
question_id key u
survey_id each of y1 y2
is_in_scale each_flag
kind each of nps csat csat acsi acsi csat resolved ces
attribute each of overall overall speed one two price case ease
scale_min each_number 0 1 1 1 1 1 0 1
scale_max each_number 10 5 5 10 10 5 1 7
top_box_from each_number 9 4 4 8 8 4 1 5
weight float 1 4

survey_invite 20 invite_id
invite_id key b
survey_id each of y1 y2
contact_id ref contact.contact_id
invited_at moment
bounced_at seldom_moment
started_at after invited_at 5
completed_at after started_at 5
channel one of mail web

survey_response 24 response_id
response_id key z
survey_id each of y1 y2
contact_id ref contact.contact_id
account_id ref account.account_id
rep_id ref rep.rep_id
ticket_id ref ticket.ticket_id
product_id ref product.product_id
responded_at moment
respondent_role one of user dealer
comment one of fine bad
touchpoint one of shop call
is_test seldom_flag

survey_answer 110 response_id, question_id
response_id parent survey_response.response_id
question_id parent survey_question.question_id
contact_id ref contact.contact_id
responded_at moment
is_test seldom_flag
score number 0 10
weight float 1 3

theme_mention 16 response_id, theme
response_id parent survey_response.response_id
theme each of price speed care
responded_at moment
sentiment one of positive neutral negative

message_send 40 send_id
send_id key f
campaign_id ref campaign.campaign_id
contact_id ref contact.contact_id
sent_at moment
delivered_at after sent_at 2
bounced_at seldom_moment
medium one of email sms
domain one of x.org y.org
variant one of a b
bounce_type one of hard soft
suppressed_reason seldom
is_personalised flag
is_automated flag

message_event 50 event_id
event_id key g
send_id ref message_send.send_id
occurred_at moment
event one of open open click unsubscribe complaint
url one of page unsubscribe
is_bot flag
is_machine_open flag

seed_message 14 seed_message_id
seed_message_id key sm
campaign_id ref campaign.campaign_id
sent_at moment
domain one of x.org y.org
placed one of inbox inbox spam bounced

list_member 16 list_id, contact_id, joined_at
list_id each of one two
contact_id parent contact.contact_id
joined_at first
left_at after joined_at 100

flow_entry 16 flow_entry_id
flow_entry_id key fe
contact_id ref contact.contact_id
campaign_id ref campaign.campaign_id
entered_at moment
converted_at after entered_at 100
flow one of welcome
is_holdout flag

test_subject 20 test_id, contact_id
test_id each of one two
contact_id parent contact.contact_id
campaign_id ref campaign.campaign_id
assigned_at moment
arm each of treated holdout treated
is_converted flag

ad_delivery 20 ad_id, delivered_on
ad_id each of one two
delivered_on first_day
campaign_id ref campaign.campaign_id
channel_id ref channel.channel_id
placement one of top side
currency one of USD EUR
impressions number 100 900
invalid_impressions number 0 20
measurable number 50 90
viewable number 10 50
clicks number 5 30
invalid_clicks number 0 4
cost amount 1 90

conversion_event 16 conversion_id
conversion_id key ce
contact_id ref contact.contact_id
campaign_id ref campaign.campaign_id
occurred_at moment
action one of lead signup
via one of click click view
currency one of USD EUR
revenue amount 1 900
margin amount 1 300

touchpoint 34 conversion_id, position
conversion_id parent conversion_event.conversion_id
position number 1 4
campaign_id ref campaign.campaign_id
channel_id ref channel.channel_id
occurred_at moment

customer_outcome 16 account_id, goal, measured_on
account_id parent account.account_id
goal each of speed cost
measured_on first_day
currency one of USD EUR
planned_value amount 10 900
realised_value amount 10 900
price_paid amount 1 90
effort_cost amount 1 90

referral 14 referral_id
referral_id key re
referrer_account_id ref account.account_id
converted_account_id ref account.account_id
referred_at moment
converted_at after referred_at 120
currency one of USD EUR
reward amount 1 9

initiative 2 initiative_id
initiative_id key in
starts_on first_day
name each of Portal Training

initiative_result 12 initiative_id, booked_on
initiative_id parent initiative.initiative_id
booked_on first_day
currency one of USD EUR
gain amount 0 900
cost amount 1 900

cash_flow 14 project_id, flow_on
project_id parent initiative.initiative_id
flow_on first_day
currency one of USD EUR
step number 0 12
amount amount -300 300

metric_target 10 metric_id, scope_id, period_start
metric_id each of nps win_rate
scope_id one of one two
period_start first_day
period_end day
scope_type is team
baseline_value number 1 3
target_value number 3 6
actual_value number 1 6
weight float 1 3

field_check 50 entity_name, record_id, field, checked_on
entity_name each of contact account contact
record_id one of p1 p2 p3 p4
field each of phone name mail mail
checked_on month_firsts
rep_id ref rep.rep_id
content one of x n/a Unknown 12
is_required flag
is_valid flag

success_case 8 case_id
case_id key ca
vendor one of one
year number 2003 2005

case_benefit 14 case_id, benefit_code
case_id parent success_case.case_id
benefit_code each of 1a 1b 2a 3a
benefit_group each of 1 1 2 3
is_quantified flag

registered_metric 12 scorecard, metric_id
scorecard each of sales service
metric_id key mm
metric_class one of input process output outcome
framework one of CIM CEM CSM
"""
