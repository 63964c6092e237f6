"""What Prefect starts by itself, and when."""

from typing import Any

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.clock import BERLIN
from flows.orchestration import intake_flow, report_flow
from flows.settings import Settings
from schemas.configuration import ConfigurationError


def deployments(settings: Settings) -> list[RunnerDeployment]:
    """The deployments of one installation: ``intake/collect`` and ``report/report`` with the configured schedules.

    The schedules hold in the time of Europe/Berlin, summer and winter.

    None has a concurrency limit: Prefect ends a run whose slot it cannot renew, so that a server away for minutes
    would end the work in hand. The warehouse's lock keeps runs apart instead, and says who holds it.

    Raises:
        ConfigurationError: a schedule is no cron time.
    """
    schedules = settings.configuration.schedules
    return [
        _deployment(settings, intake_flow, "collect", schedules.collect),
        _deployment(settings, report_flow, "report", schedules.report),
    ]


def _deployment(settings: Settings, flow: Flow[..., Any], name: str, cron: str) -> RunnerDeployment:
    try:
        return RunnerDeployment.from_flow(
            flow,
            name=name,
            parameters={"home": str(settings.home.path)},
            schedule=Cron(cron, timezone=BERLIN.key),
            # A file entrypoint would depend on the folder from which the runs are started.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
    except ValueError:
        msg = (
            f"{settings.home.configuration}: schedules.{name}: „{cron}“ is no cron time; "
            "write minute, hour, day, month and weekday, such as 30 6 * * 1-5."
        )
        raise ConfigurationError(msg) from None
