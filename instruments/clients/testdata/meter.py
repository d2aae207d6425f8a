"""Reads a meter with glucometerutils, and prints what it read as JSON.

Arguments: a driver of glucometerutils and the path of a serial port.

Three drivers are mended, as they fail at any meter that speaks as published:
td42xx opens a HID bridge alone, otultraeasy wants 0F without 05 before a count
(its older revisions, and others, want both), and glucomenareo does not know the
unit that is padded with a blank.
"""

import contextlib
import importlib
import json
import sys
import time

import serial


def mend(driver, module):
    if driver == "td42xx":
        url = serial.serial_for_url
        serial.serial_for_url = lambda name, **settings: url(name.removeprefix("cp2110://"), **settings)
    elif driver == "otultraeasy":
        import construct

        module._READING_COUNT_RESPONSE = construct.Struct(
            const=construct.Const(b"\x05\x0f"), count=construct.Int16ul)
    elif driver == "glucomenareo":
        module._UNITS_MAPPING[" mg/dL"] = module._UNITS_MAPPING["mg/dL"]


def main(driver, path):
    module = importlib.import_module("glucometerutils.drivers." + driver)
    mend(driver, module)
    with contextlib.redirect_stdout(sys.stderr):  # some tell the person what to do
        device = module.Device(path)
        device.connect()
        readings = list(device.get_readings())
        ended = time.time()
        device.disconnect()
    for r in readings:
        print(json.dumps({
            "at": r.timestamp.strftime("%Y-%m-%dT%H:%M:%S"),
            "value": round(r.value, 1),
            "meal": r.meal.name,
        }))
    print(json.dumps({"ended": ended}))


main(*sys.argv[1:])
