"""The report beyond its pages: one facts model as HTML, XLSX, DOCX and CSV."""
