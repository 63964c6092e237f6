"""The answer to a delivery: the sender's own workbook with every problem marked, the receipt, and the same as JSON."""
