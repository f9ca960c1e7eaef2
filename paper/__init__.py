"""Paper: the form of a ticket and the register, drawn from plain data (SOP: softcopy and hardcopy)."""
