package nonin

import (
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// name names the bytes of the whole frame.
func (p *fastParser) name(n *instruments.Namer) {
	status := p.status()
	if !p.wide {
		n.Name(1, "start", instruments.Hex(p.buf[0]))
	}
	n.Name(1, "STATUS", instruments.Hex(status)+
		spotcheck.Ticked(status&statusSync != 0, ", first of a packet")+
		spotcheck.Ticked(status&statusUnplugged != 0, ", sensor disconnected")+
		spotcheck.Ticked(status&statusArtifact != 0, ", artifact")+
		spotcheck.Ticked(status&statusTrackLost != 0, ", out of track")+
		spotcheck.Ticked(status&statusAlarm != 0, ", sensor alarm")+
		colourName(status&statusPulse))
	if p.wide {
		n.Name(2, "pleth", fmt.Sprint(int(p.buf[1])<<8|int(p.buf[2])))
	} else {
		n.Name(1, "pleth", fmt.Sprint(p.buf[2]))
	}
	n.Name(1, p.floatName(), p.float())
	n.Name(1, "checksum", instruments.Hex(p.buf[fastFrame-1]))
}

func colourName(pulse byte) string {
	switch pulse {
	case 0:
		return ""
	case pulseGreen:
		return ", green pulse"
	case pulseYellow:
		return ", yellow pulse"
	}
	return ", red pulse"
}

// floatNames are the maker's names of the fourth bytes of a packet.
var floatNames = [fastPacket]string{
	"HR MSB", "HR LSB", "SpO2", "SREV", "reserved", "TMR MSB", "TMR LSB", "STAT2", "SpO2-D", "SpO2 Fast",
	"SpO2 B-B", "reserved", "reserved", "E-HR MSB", "E-HR LSB", "E-SpO2", "E-SpO2-D", "reserved", "reserved",
	"HR-D MSB", "HR-D LSB", "E-HR-D MSB", "E-HR-D LSB", "reserved", "reserved",
}

// floatName names the fourth byte of the frame that was placed last.
func (p *fastParser) floatName() string {
	if p.stray {
		return "number of an unknown place"
	}
	return floatNames[p.at-1]
}

// float tells what the fourth byte says where one byte says it all.
func (p *fastParser) float() string {
	b := p.buf[3]
	if p.stray {
		return instruments.Hex(b)
	}
	switch p.at - 1 {
	case stat2At:
		return instruments.Hex(b) + spotcheck.Ticked(b&stat2SmartPoint != 0, ", SmartPoint") +
			spotcheck.Ticked(b&stat2Battery != 0, ", low battery")
	case firmwareAt:
		return fmt.Sprint(b)
	case pulseLowAt:
		return fmt.Sprintf("%s, with the byte before it %s /min", instruments.Hex(b),
			spotcheck.Spell(pulse(p.floats[pulseHighAt], b)))
	case 2, spo2At, 9, 10, 15, 16:
		return spotcheck.Spell(spo2(b)) + " %"
	}
	return instruments.Hex(b)
}

// name names the bytes of the whole group.
func (p *slowParser) name(n *instruments.Namer) {
	first := p.buf[0]
	n.Name(1, "STATUS, HR bits 8 and 7", instruments.Hex(first)+
		spotcheck.Ticked(first&slowUnplugged != 0, ", sensor disconnected")+
		spotcheck.Ticked(first&slowTrackLost != 0, ", out of track")+
		spotcheck.Ticked(first&slowWeak != 0, ", low perfusion")+
		spotcheck.Ticked(first&slowMarginal != 0, ", marginal perfusion")+
		spotcheck.Ticked(first&slowArtifact != 0, ", artifact"))
	n.Name(1, "HR-D", spotcheck.Spell(pulse(first, p.buf[1]))+" /min")
	n.Name(1, "SpO2-D", spotcheck.Spell(spo2(p.buf[2]))+" %")
	if p.size == format8 {
		last := p.buf[3]
		n.Name(1, "STAT2", instruments.Hex(last)+
			spotcheck.Ticked(last&slowSmartPoint != 0, ", SmartPoint")+
			spotcheck.Ticked(last&slowAlarm != 0, ", sensor alarm")+
			spotcheck.Ticked(last&slowBattery != 0, ", low battery"))
	}
}
