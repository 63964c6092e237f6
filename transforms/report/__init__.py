"""From the published tables to the report: figures, facts, sentences, charts, pages.

``facts.build_facts`` is the way in, ``pages.render_pdf`` and ``facts.facts_json`` the ways out.
"""
