"""`sambut softphone`: what an operator's workstation runs, beside the telephone itself (`sip.softphone`)."""
