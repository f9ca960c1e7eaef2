# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be otherwise in pjproject, by subject. Each file holds a tuple STEPS (editing.py says how)."""
