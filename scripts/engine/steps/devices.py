# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound devices, and the resampler between them and the bridge."""

from editing import AddFile, Kind, Step, instead

STEPS = (
    Step(
        "devices-when-asked",
        """At its start the library opens every sound device of the machine, and the ALSA plug-ins that fail complain on
        standard error by themselves. Only a softphone with a headset wants devices: they are looked for when asked
        (sip/headset.py).""",
        Kind.NEEDED,
        (
            instead(
                "pjmedia/src/pjmedia-audiodev/alsa_dev.c",
                r"\balsa_factory_refresh \( \w+ \)",
                "PJ_SUCCESS",
                within="alsa_factory_init",
            ),
        ),
    ),
    Step(
        "half-band-resampler",
        "Between 8 and 16 kHz a half-band filter takes a fraction of Speex's time (docs/decisions/0007-wide-band.md).",
        Kind.FASTER,
        (AddFile("resample.c", to="pjmedia/src/pjmedia/resample_speex.c", replaces=True),),
    ),
)
