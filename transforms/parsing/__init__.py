"""German office cells to typed values: `parse_submission` turns a workbook into a submission and its findings."""
