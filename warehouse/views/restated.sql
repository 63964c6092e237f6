-- What has changed since the report of its quarter: „Q2 korrigiert von … auf …“, with the reason, cell by cell.
--
-- report_quarter = submission.report_quarter
-- org_code = submission.org_code
-- table_name = source_column.table_name
-- row_key: What names the row: KLI-001, KLI-001/2; of Zusammenarbeit all that the row says; of the Deckblatt nothing.
-- field: The column of that table; null when the whole return came only after the report.
-- change: changed, new or gone row; late_return when the organisation had been „nicht geliefert“ in the report.
-- value_before: The value in the report, as text.
-- value_after: The value that holds now, as text.
-- reason: Why it was corrected, in the organisation's words. German label: „Grund der Korrektur“.
-- reported_on: The day of the report's latest release; until it is released, the day on which it is due.
-- corrected_on: The day in Europe/Berlin on which the version that counts now was received.
-- cell_before: Where the value of the report stands in its file.
-- cell_after: Where the present value stands in its file.
-- submission_id_before: The submission that the report was made from.
-- submission_id_after: The submission that counts now.
create or replace view report.restated as
select
    report_quarter,
    org_code,
    table_name,
    row_key,
    field,
    change,
    value_before,
    value_after,
    reason,
    reported_on,
    corrected_on,
    cell_before,
    cell_after,
    submission_id_before,
    submission_id_after
from report.restated_since
where since_report = report_quarter
