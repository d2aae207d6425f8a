"""Puts labmcp-astm-lis on a wire: the standard input and output.

As "receive", it takes one session and then writes its records to the error
output; as "send", it sends the messages given as JSON.
"""
import json
import os
import sys
import time

from labmcp_astm_lis.driver import E1381Receiver
from labmcp_astm_lis.simulator import ASTMAnalyzerSimulator

WIRE_IN, WIRE_OUT = 0, 1


def receive():
    records, ended = [], []
    link = E1381Receiver(records.append, ended.append)
    frame = b""
    while True not in ended:  # False is an offer that was made anew
        byte = os.read(WIRE_IN, 1)
        if not byte:
            break
        if frame or byte == b"\x02":
            frame += byte
            reply = b""
            if byte == b"\n":
                reply, frame = link.on_frame(frame), b""
        elif byte == b"\x05":
            reply = link.on_enq()
        elif byte == b"\x04":
            reply = link.on_eot()
        else:
            reply = link.on_other(byte)
        if reply:
            os.write(WIRE_OUT, reply)
    json.dump({"records": records, "normal": True in ended, "rejected": link.stats.frames_rejected}, sys.stderr)


def send(messages):
    analyser = ASTMAnalyzerSimulator(messages, gap_s=0.2)
    analyser.attach(lambda data: os.write(WIRE_OUT, data))
    while True:
        data = os.read(WIRE_IN, 64)
        if not data:
            break
        reply = analyser.handle_bytes(data)
        if reply:
            os.write(WIRE_OUT, reply)
    analyser.stop()


if sys.argv[1] == "receive":
    receive()
else:
    send(json.loads(sys.argv[2]))
    time.sleep(0.1)
