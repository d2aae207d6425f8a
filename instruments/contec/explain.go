package contec

import (
	"encoding/binary"
	"fmt"
	"slices"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Explain names the bytes of live frames. Those of a stored session have no
// names.
func (StreamDriver) Explain(frames []instruments.Frame) []instruments.Field {
	return spotcheck.Explain(frames, newStreamParser, (*spotcheck.FiveByte).Name)
}

// Explain names the bytes of packets of both directions.
func (PacketDriver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.ToInstrument {
			explainRequests(run, n)
			return
		}
		spotcheck.ExplainRun(&packetParser{}, run, n, (*packetParser).explain)
	})
}

// explain names the bytes of the whole packet.
func (p *packetParser) explain(n *instruments.Namer) {
	d := p.data()
	data := d[:max(p.size-2, 0)]
	n.Name(1, "type", instruments.Hex(p.buf[0])+typeName(p.buf[0]))
	n.Name(1, "high bits", instruments.Hex(p.buf[1])+", bit 7 of each byte after it")
	switch p.buf[0] {
	case typeLive:
		explainLive(&d, n)
	case typeModel:
		n.Name(1, "part", fmt.Sprint(d[0]))
		n.Name(len(data)-1, "model", printable(data[1:]))
	case typeDeviceID:
		n.Name(len(data), "device id", printable(data))
	case typeResult:
		n.Name(1, "command", instruments.Hex(d[0]))
		n.Name(1, "reason", instruments.Hex(d[1]))
	case typeBye:
		n.Name(1, "reason", reasons[d[0]])
	case typePISupport:
		n.Name(1, "perfusion index", map[bool]string{true: "given", false: "not given"}[d[0] == 0])
	case typeStoredLength:
		n.Name(2, "user, segment", fmt.Sprintf("%d, %d", d[0], d[1]))
		n.Name(4, "length", fmt.Sprintf("%d bytes", binary.LittleEndian.Uint32(d[2:])))
	case typeStoredDate:
		n.Name(2, "user, segment", fmt.Sprintf("%d, %d", d[0], d[1]))
		n.Name(4, "date", fmt.Sprintf("%02d%02d-%02d-%02d", d[2], d[3], d[4], d[5]))
	case typeStoredTime:
		n.Name(2, "user, segment", fmt.Sprintf("%d, %d", d[0], d[1]))
		n.Name(3, "time", fmt.Sprintf("%02d:%02d:%02d", d[2], d[3], d[4]))
		n.Name(1, "unused", instruments.Hex(d[5]))
	case typeStoredPlain:
		for at := 0; at < plainData; at += plainRecord {
			explainStored(d[at], d[at+1], n)
		}
	case typeStoredIndexed:
		explainStored(d[0], d[1], n)
		n.Name(2, "perfusion index", percent(perfusionOf(d[2:])))
	case typeSegments:
		n.Name(1, "user", fmt.Sprint(d[0]))
		n.Name(1, "segments", fmt.Sprint(d[1]))
	case typeUsers:
		n.Name(1, "users", fmt.Sprint(d[0]))
	default:
		n.Name(len(data), "data", instruments.Hex(data...))
	}
}

func typeName(kind byte) string {
	switch kind {
	case typeLive:
		return ", live"
	case typeModel:
		return ", model"
	case typeDeviceID:
		return ", device id"
	case typeResult:
		return ", result of a command"
	case typeFree:
		return ", stopped"
	case typeBye:
		return ", the instrument ends the connection"
	case typePISupport:
		return ", perfusion index?"
	case typeStoredLength, typeStoredDate, typeStoredTime:
		return ", a stored session"
	case typeStoredPlain, typeStoredIndexed:
		return ", stored seconds"
	case typeSegments:
		return ", stored sessions of a user"
	case typeUsers:
		return ", users"
	}
	return ""
}

func explainLive(d *[maxData]byte, n *instruments.Namer) {
	var s instruments.PlethSample
	decodeLive(d, &s)
	n.Name(1, "beat, signal", fmt.Sprintf("%ssignal %s of %d%s%s", spotcheck.Ticked(s.Beat, "beat, "), spotcheck.Spell(s.Signal), maxSignal,
		spotcheck.Ticked(s.FingerOut, ", no finger"), spotcheck.Ticked(d[0]&liveTooLong != 0, ", searching too long")))
	n.Name(1, "pleth", spotcheck.Spell(s.Pleth)+spotcheck.Ticked(d[1]&liveSearching != 0, ", searching"))
	n.Name(1, "bar", spotcheck.Spell(s.Bar)+spotcheck.Ticked(d[2]&liveNoPI != 0, ", no perfusion index"))
	n.Name(1, "pulse", spotcheck.Spell(s.Pulse)+" /min")
	n.Name(1, "SpO2", spotcheck.Spell(s.SpO2)+" %")
	n.Name(2, "perfusion index", percent(s.Perfusion))
}

// explainStored names the two numbers of a second.
func explainStored(spo2, pulse byte, n *instruments.Namer) {
	s := storedSample(spo2, pulse)
	n.Name(1, "SpO2", spotcheck.Spell(s.SpO2)+" %")
	n.Name(1, "pulse", spotcheck.Spell(s.Pulse)+" /min")
}

// explainRequests names the bytes of commands of the driver's own.
func explainRequests(run []byte, n *instruments.Namer) {
	for len(run) > 0 {
		c, ok := requestAt(run)
		if !ok {
			n.Skip(1)
			run = run[1:]
			continue
		}
		n.Name(1, "type", instruments.Hex(control)+", a command")
		n.Name(1, "high bits", instruments.Hex(run[1])+", bit 7 of each byte after it")
		n.Name(1, "command", instruments.Hex(byte(c))+", "+c.String())
		parameters, _ := c.parameters()
		n.Name(maxPacket-3, "parameters", explainParameters(run[3:3+parameters]))
		run = run[maxPacket:]
	}
}

// requestAt returns the command at the beginning of b.
func requestAt(b []byte) (command, bool) {
	if len(b) < maxPacket {
		return 0, false
	}
	c := command(b[2]&^sync | b[1]<<7)
	n, _ := c.parameters()
	parameters := slices.Clone(b[3 : 3+n])
	for i := range parameters {
		parameters[i] &^= sync
	}
	whole, err := request(c, parameters...)
	return c, err == nil && string(whole) == string(b[:maxPacket])
}

// explainParameters names what a command asks for.
func explainParameters(b []byte) string {
	switch len(b) {
	case 1:
		return fmt.Sprintf("user %d", b[0]&^sync)
	case 2:
		return fmt.Sprintf("user %d, segment %d", b[0]&^sync, b[1]&^sync)
	}
	return "none"
}

func (c command) String() string {
	switch c {
	case startLive:
		return "start live"
	case stopLive:
		return "stop live"
	case stopStored:
		return "stop stored"
	case askModel:
		return "model?"
	case askID:
		return "device id?"
	case askPI:
		return "perfusion index?"
	case keepAlive:
		return "host is there"
	case askUsers:
		return "users?"
	case askSegments:
		return "stored sessions?"
	case askLength:
		return "length of a stored session?"
	case askStart:
		return "start of a stored session?"
	case askStored:
		return "send a stored session"
	}
	return ""
}

func percent(n instruments.Number) string {
	if !n.Valid() {
		return "none"
	}
	return fmt.Sprintf("%d.%02d %%", n/100, n%100)
}
