"""The shell: Prefect, clock, network, environment and files."""
