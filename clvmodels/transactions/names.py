"""Names of columns."""

ID = "customer_id"
FREQUENCY = "frequency"
RECENCY = "recency"
AGE = "T"
MONETARY = "monetary_value"
SPEND_PERIODS = "spend_periods"

TIMES = (FREQUENCY, RECENCY, AGE)
MONEY = (MONETARY, "first_value", "total_value", SPEND_PERIODS)
GAPS = "log_gaps"
RESERVED = (ID, *TIMES, *MONEY, GAPS)

# Inside a log, under names that no caller's attribute has.
TIME = "_clv_time"
AMOUNT = "_clv_amount"

# In a summary, the codes of a grouping: followed by a digest of its labels.
GROUP = "_clv_group_"
