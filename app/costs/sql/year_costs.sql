-- Cost of a year by person: bills whose cost day lies in the year and which were known by the cut-off date.
-- Reversals are negative bills and net out; the payers' columns come from the scheme.
-- self_paid = total - sum of payments, never below 0 [S0 附件3 二; policy-facts SZ-SELFPAID, A-GEN-3, A-GEN-4]
WITH bills AS (
    SELECT person_id, reversal_of, total{payers}
    FROM read_parquet($path)
    WHERE cost_on BETWEEN $first_day AND $last_day
      AND settled_on <= $cut_off
      {people}
),
sums AS (
    SELECT
        person_id,
        sum(total) AS total{payer_sums},
        count(*) FILTER (WHERE reversal_of IS NULL) AS bills
    FROM bills
    GROUP BY person_id
),
burdens AS (
    SELECT *, greatest(total{minus_payers}, 0) AS self_paid
    FROM sums
)
SELECT person_id, total{payers}, self_paid, bills
FROM burdens
WHERE $minimum IS NULL OR self_paid >= $minimum
ORDER BY person_id
