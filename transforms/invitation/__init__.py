"""The invitation to a quarter: a workbook with what is known already, and what is still open pointed at."""
