"""Tables of lifetimes with a row per customer."""

from typing import TYPE_CHECKING

from clvmodels.errors import InputError
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("frequency", "recency", "T", "monetary_value")
_CALIBRATION = "_cal"
_ID = "customer_id"


def summary_from_lifetimes(frame: "pd.DataFrame", time_unit: str, until: object = None) -> Summary:
    """A summary from a table that lifetimes made, with customers in its index.

    Parameters
    ----------
    frame
        As `summary_data_from_transaction_data` of lifetimes returns it, or `calibration_and_holdout_data`, whose
        columns of the calibration, such as frequency_cal, are taken; columns of the holdout stay under their names.
        `rfm_summary` of PyMC-Marketing returns such a table with a column customer_id, which is taken too.
    time_unit
        Unit of recency and T: the table's `freq`, "day" for lifetimes' default "D", times its freq_multiplier.
    until
        End of observation, if it is known.

    Returns
    -------
    Summary
        Customers in the table's order.

    Raises
    ------
    InputError
        If columns are missing, or a value is impossible; lifetimes lets through frequencies that are no whole numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> import clvmodels as clv
    >>> theirs = pd.DataFrame({"frequency": [2.0], "recency": [30.43], "T": [38.86]}, index=pd.Index([1], name="id"))
    >>> clv.interop.summary_from_lifetimes(theirs, time_unit="week").frame
       customer_id  frequency  recency      T
    0            1        2.0    30.43  38.86
    """
    calibration = {f"{name}{_CALIBRATION}": name for name in _COLUMNS}
    ours = frame.rename(columns=calibration) if "frequency_cal" in frame and "frequency" not in frame else frame
    missing = [name for name in _COLUMNS[:3] if name not in ours]
    if missing:
        raise InputError(
            f"The table has no column {', '.join(map(repr, missing))}.",
            advice="Give what summary_data_from_transaction_data or calibration_and_holdout_data returned.",
        )
    if _ID not in ours:
        ours = ours.rename_axis(index=_ID).reset_index()
    return Summary.from_frame(ours, time_unit, until)
