"""Reads frames of a Nonin with the package nonin: PORT and how many, one a line."""
import contextlib
import json
import sys

from serial.tools.list_ports_common import ListPortInfo

from nonin import device


def listed():
    """What USB would tell of the port."""
    port = ListPortInfo(sys.argv[1])
    port.vid, port.pid = 0x0403, 0x6001
    return [port]


device.comports = listed
with contextlib.redirect_stdout(sys.stderr):
    oximeter = device.Nonin(sys.argv[1])
    for _ in range(25):  # what the terminal holds from before it was raw lacks bytes
        oximeter.read()
for _ in range(int(sys.argv[2])):
    print(json.dumps(oximeter.read()))
