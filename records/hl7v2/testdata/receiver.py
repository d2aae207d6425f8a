"""An HL7 receiver made of hl7apy: it prints its port, and for each message what
hl7apy reads of it, as a line of JSON. It validates strictly."""

import json
import sys

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message
from hl7apy.mllp import AbstractHandler, MLLPServer
from hl7apy.parser import parse_message

ESCAPES = (("\\F\\", "|"), ("\\S\\", "^"), ("\\T\\", "&"), ("\\R\\", "~"), ("\\E\\", "\\"))


def plain(text):
    """hl7apy leaves escapes as they are. One pass, so that none makes another."""
    out, at = "", 0
    while at < len(text):
        for escape, char in ESCAPES:
            if text.startswith(escape, at):
                out, at = out + char, at + len(escape)
                break
        else:
            out, at = out + text[at], at + 1
    return out


def value(element, *path):
    """The text of an element's descendant; nothing if it is not there."""
    for name in path:
        found = element.children.get(name.upper()) if hasattr(element, "children") else None
        if not found:
            return ""
        element = found[0]
    return plain(element.value or "")


def observation(group):
    obx = group.obx
    return {
        "type": value(obx, "obx_2"), "code": value(obx, "obx_3", "ce_1"), "system": value(obx, "obx_3", "ce_3"),
        "other": value(obx, "obx_3", "ce_4"), "value": value(obx, "obx_5"), "unit": value(obx, "obx_6", "ce_1"),
        "unitSystem": value(obx, "obx_6", "ce_3"), "flags": [plain(f.value) for f in obx.children.get("OBX_8") or []],
        "status": value(obx, "obx_11"), "time": value(obx, "obx_14"), "by": value(obx, "obx_16", "xcn_2"),
        "device": value(obx, "obx_18", "ei_1"), "maker": value(obx, "obx_18", "ei_2"),
    }


def read(er7):
    m = parse_message(er7, validation_level=VALIDATION_LEVEL.STRICT, find_groups=True)
    m.validate()
    result = m.oru_r01_patient_result[0]
    pid = result.oru_r01_patient.pid
    return {
        "control": value(m.msh, "msh_10"), "application": value(m.msh, "msh_5", "hd_1"), "facility": value(m.msh, "msh_6", "hd_1"),
        "family": value(pid, "pid_5", "xpn_1"), "given": value(pid, "pid_5", "xpn_2"), "birth": value(pid, "pid_7"),
        "numbers": [value(n, "cx_1") for n in pid.pid_3], "visit": value(result.oru_r01_patient.oru_r01_visit.pv1, "pv1_19"),
        "orders": [value(o.obr, "obr_3", "ei_1") for o in result.oru_r01_order_observation],
        "notes": [value(n, "nte_3") for o in result.oru_r01_order_observation for n in o.children.get("NTE") or []],
        "observations": [observation(g) for o in result.oru_r01_order_observation for g in o.oru_r01_observation],
    }


class Handler(AbstractHandler):
    def reply(self):
        print(json.dumps(read(self.incoming_message)), flush=True)
        ack = Message("ACK", version="2.5.1")
        ack.msh.msh_9 = "ACK^R01^ACK"
        ack.msa.msa_1 = "AA"
        ack.msa.msa_2 = parse_message(self.incoming_message).msh.msh_10.value
        return ack.to_mllp()


server = MLLPServer("127.0.0.1", 0, {"ORU^R01^ORU_R01": (Handler,)})
print(server.server_address[1], flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
