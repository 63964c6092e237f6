"""What readers have: published from the warehouse, and in the shape of this version of the program."""

from typing import TYPE_CHECKING

from flows.settings import Settings
from warehouse.age import is_older
from warehouse.connection import open_anew

if TYPE_CHECKING:  # the writer's side of the database is wanted only after an update
    from warehouse.database import Warehouse


def publish_all(warehouse: "Warehouse", settings: Settings) -> None:
    """Let readers have what the warehouse holds: the published file and the Parquet files."""
    from warehouse.publishing import forget_export

    warehouse.renew_calendar(settings.configuration.calendar)
    warehouse.publish(settings.home.published)
    forget_export(settings.home.parquet)
    warehouse.export_parquet(settings.home.parquet)


def assert_current(settings: Settings) -> None:
    """See to it that there is a published file that this version can read: the first command after an update renews it.

    Raises:
        NothingPublishedError: nothing has been published yet.
        WarehouseBusyError: it is older, and a run that will renew it is at work.
        QueryError: it cannot be opened.
    """
    home = settings.home
    home.assert_published()
    if home.warehouse.exists() and is_older(home.published):
        from warehouse.database import open_warehouse

        with open_warehouse(home.warehouse) as warehouse:
            publish_all(warehouse, settings)
        open_anew(home.published)
