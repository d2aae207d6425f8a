"""Talks to the codec of python-astm.

Each line of the input is {"decode": frame} or {"encode": records}; each line of
the output is what the codec makes of it. Frames are written in hexadecimal.
"""
import json
import sys

from astm import codec



def raw(part):
    """Writes text as bytes: newer Pythons take text within a list for another list."""
    if isinstance(part, list):
        return [raw(p) for p in part]
    return part.encode("latin-1") if isinstance(part, str) else part


for line in sys.stdin:
    task = json.loads(line)
    if "decode" in task:
        number, records, _ = codec.decode_message(bytes.fromhex(task["decode"]), "latin-1")
        print(json.dumps({"number": number, "records": records}))
    else:
        frames = codec.iter_encode(raw(task["encode"]), "latin-1", size=task.get("size"))
        print(json.dumps({"frames": [frame.hex() for frame in frames]}))
