"""What Prefect starts by itself, and when."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.clock import BERLIN
from flows.orchestration import intake_flow, invite_flow, remind_flow, report_flow, upkeep_flow
from flows.settings import Settings, default_home, load_settings

_FLOWS: dict[str, Flow[..., Any]] = {
    "collect": intake_flow,
    "remind": remind_flow,
    "invite": invite_flow,
    "report": report_flow,
    "upkeep": upkeep_flow,
}


def deployments(settings: Settings) -> list[RunnerDeployment]:
    """The deployments of one installation, ``intake/collect`` and so on, with the configured schedules.

    The schedules hold in the time of Europe/Berlin, summer and winter.

    None has a concurrency limit: Prefect ends a run whose slot it cannot renew, so that a server away for minutes
    would end the work in hand. The warehouse's lock keeps runs apart instead, and says who holds it.
    """
    schedules = settings.configuration.schedules.by_name()
    return [_deployment(settings, _FLOWS[name], name, cron) for name, cron in schedules.items()]


def _deployment(settings: Settings, flow: Flow[..., Any], name: str, cron: str) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        flow,
        name=name,
        parameters={"home": str(settings.home.path)},
        schedule=Cron(cron, timezone=BERLIN.key),
        # A file entrypoint would depend on the folder from which the runs are started.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def register(settings: Settings, pool: str) -> list[str]:
    """Give the deployments to a work pool of the Prefect server at ``PREFECT_API_URL``; its workers do the runs then.

    Gives their names. What ``die8 up`` does beyond starting runs is not done by workers: see deploy/README.md.
    """
    planned = deployments(settings)
    for deployment in planned:
        deployment.work_pool_name = pool
        asyncio.run(deployment.aapply())
    return [deployment.full_name for deployment in planned]


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m flows.deployments", description=register.__doc__)
    parser.add_argument("--home", type=Path, default=default_home())
    parser.add_argument("--pool", required=True)
    options = parser.parse_args()
    sys.stdout.writelines(f"{name}\n" for name in register(load_settings(options.home), options.pool))


if __name__ == "__main__":
    _main()
