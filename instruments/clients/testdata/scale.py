"""Reads the weight with labmcp-mettler-toledo until it is steady and not zero."""
import json
import sys
import time

from labmcp import InstrumentError
from labmcp.transports.serial import SerialTransport
from labmcp_mettler_toledo.driver import MTSICSBalance

scale = MTSICSBalance(SerialTransport(sys.argv[1], write_termination="\r\n", read_termination="\r\n"))
until = time.time() + 60
while time.time() < until:
    try:
        weight = scale.weight(stable=False)
    except InstrumentError as refused:  # the platform moves
        print(refused, file=sys.stderr)
        continue
    if weight.stable and weight.value > 0:
        print(json.dumps({"weight": weight.value, "unit": weight.unit}))
        break
    time.sleep(0.1)
