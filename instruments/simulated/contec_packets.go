package simulated

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// contecPatience is how long live samples go on without a word from the host.
const contecPatience = 30 * time.Second

// A ContecPackets is a newer Contec oximeter, silent until asked. Live samples
// begin with command A1; each time, a finger goes in after three seconds. They
// end 30 s, of real time, after the last A1 or AF.
//
// With an even seed it is a CMS50D+ without a perfusion index, a name or a
// clock, and with one stored session; with an odd one a CMS50F, which has them,
// and two sessions. Every second pair of seeds marks a missing pulse of a live
// sample with 7F in place of FF, as some firmware does. Faults: those of
// ContecStream.
type ContecPackets struct {
	opt  Options
	full bool // perfusion index, name, clock
	none byte // marks a missing pulse

	nights []*ContecNight

	mu         sync.Mutex
	commands   []byte
	violations []string
	live       bool
}

// NewContecPackets returns a twin of model contec-cms50d-plus.
func NewContecPackets(opt Options) *ContecPackets {
	t := &ContecPackets{opt: opt, full: opt.Seed%2 == 1, none: 0xFF}
	if opt.Seed/2%2 == 1 {
		t.none = 0x7F
	}
	if opt.Fault == NoResult {
		return t
	}
	t.nights = append(t.nights, newContecNight(opt.Seed))
	if t.full {
		t.nights = append(t.nights, newContecNight(opt.Seed+1000))
	}
	return t
}

// Model is the ID of the model it imitates.
func (*ContecPackets) Model() string { return "contec-cms50d-plus" }

// Line is the line it expects.
func (*ContecPackets) Line() instruments.Line {
	return instruments.Line{Baud: 115200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Commands returns the control commands received so far, and 04 for a device
// id that was set. It is safe for concurrent use.
func (t *ContecPackets) Commands() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.commands)
}

// Nights are what it has stored, segment by segment.
func (t *ContecPackets) Nights() []*ContecNight { return t.nights }

// Violations lists the commands that no driver may send at all, and those that
// may not be sent while a stream flows. It is safe for concurrent use.
func (t *ContecPackets) Violations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.violations)
}

// judge notes a command that is forbidden now.
func (t *ContecPackets) judge(command byte, storing bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.commands = append(t.commands, command)
	switch {
	case command == 0x04, command == 0xAE, command == 0xB1, command == 0xB2:
		t.violations = append(t.violations, fmt.Sprintf("command %02X", command))
	case storing && command != 0xA7, t.live && command == 0xA6:
		t.violations = append(t.violations, fmt.Sprintf("command %02X while a stream flows", command))
	}
}

// Live reports whether live samples are being sent. It is safe for concurrent
// use.
func (t *ContecPackets) Live() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live
}

func (t *ContecPackets) setLive(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live = on
}

// Run answers commands and sends live samples until ctx ends or the host is
// gone.
func (t *ContecPackets) Run(ctx context.Context, wire instruments.Port) error {
	requests := make(chan contecRequest)
	gone := make(chan error, 1)
	listening, stop := context.WithCancel(ctx)
	go func() {
		gone <- listenContec(listening, wire, requests)
		close(gone)
	}()
	err := t.serve(ctx, wire, requests, gone)
	t.setLive(false)
	stop()
	for range gone { // until the reader has let go of the wire
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve is the one goroutine that writes.
func (t *ContecPackets) serve(ctx context.Context, wire instruments.Port, requests <-chan contecRequest, gone <-chan error) error {
	var finger *fingertip
	var beat *framePace
	var heard time.Time
	var stored []byte // still to be sent
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	defer timer.Stop()
	for {
		var reply []byte
		select {
		case <-ctx.Done():
			return nil
		case err := <-gone:
			return err
		case r := <-requests:
			t.judge(r.command, len(stored) > 0)
			reply = t.answer(r)
			switch r.command {
			case 0xA6:
				stored = t.stored(r.parameters[0], r.parameters[1])
				timer.Reset(storedPause)
			case 0xA7:
				stored = nil
			case 0xA1:
				heard = time.Now()
				if !t.Live() {
					t.setLive(true)
					finger, beat = newFingertip(t.opt, contecRate), newFramePace(t.opt, contecRate)
					timer.Reset(beat.wait())
				}
			case 0xA2:
				t.setLive(false)
				timer.Stop()
			case 0xAF:
				heard = time.Now()
			}
		case <-timer.C:
			if len(stored) > 0 {
				reply = stored[:min(len(stored), storedPart)]
				stored = stored[len(reply):]
				timer.Reset(storedPause)
				break
			}
			if !t.Live() {
				continue
			}
			if time.Since(heard) >= contecPatience {
				t.setLive(false)
				continue
			}
			reply = t.sample(finger.next())
			timer.Reset(beat.wait())
		}
		if len(reply) == 0 {
			continue
		}
		if _, err := wire.Write(reply); err != nil {
			return err
		}
	}
}

// How what is stored is sent: packets of eight or six bytes, some at a time.
const (
	storedPart  = 240 // bytes
	storedPause = 20 * time.Millisecond
)

// night returns what is stored in a segment.
func (t *ContecPackets) night(user, segment byte) *ContecNight {
	if user != 0 || int(segment) >= len(t.nights) {
		return &ContecNight{}
	}
	return t.nights[segment]
}

// stored returns the packets with the seconds of a segment: one in each with
// the perfusion index, or else three, the last filled up with zeros.
func (t *ContecPackets) stored(user, segment byte) []byte {
	kind, size := byte(0x0F), 6
	if t.full {
		kind, size = 0x09, 4
	}
	data := t.night(user, segment).packetData(t.full)
	for len(data)%size != 0 {
		data = append(data, 0)
	}
	var packets []byte
	for part := range slices.Chunk(data, size) {
		packets = append(packets, contecPacket(kind, part...)...)
	}
	return packets
}

// start tells when a segment began.
func (t *ContecPackets) start(user, segment byte) []byte {
	date, hour := []byte{user, segment, 0, 0, 0, 0}, []byte{user, segment, 0, 0, 0, 0}
	if at := t.night(user, segment).Began; t.full && !at.IsZero() {
		copy(date[2:], []byte{byte(at.Year() / 100), byte(at.Year() % 100), byte(at.Month()), byte(at.Day())})
		copy(hour[2:], []byte{byte(at.Hour()), byte(at.Minute()), byte(at.Second())})
	}
	return append(contecPacket(0x07, date...), contecPacket(0x12, hour...)...)
}

// A contecRequest is one packet from the host: a control command with its
// parameters, or a device id to set.
type contecRequest struct {
	command    byte
	parameters [7]byte
}

// listenContec cuts what the host sends into packets: a byte with bit 7 clear
// begins one, and nine bytes make one.
func listenContec(ctx context.Context, wire instruments.Port, requests chan<- contecRequest) error {
	var packet []byte
	buf := make([]byte, 64)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, time.Minute)
		switch {
		case err == nil:
		case ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer:
			continue
		default:
			return err
		}
		for _, c := range buf[:n] {
			if c < 0x80 {
				packet = packet[:0]
			}
			if packet = append(packet, c); len(packet) < 9 {
				continue
			}
			r, ok := parseContecRequest(packet)
			packet = packet[:0]
			if !ok {
				continue
			}
			select {
			case requests <- r:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// parseContecRequest reads nine bytes; false if they are no request.
func parseContecRequest(packet []byte) (r contecRequest, ok bool) {
	var data [7]byte
	for i := range data {
		data[i] = packet[2+i]&0x7F | (packet[1]>>i&1)<<7
	}
	switch packet[0] {
	case 0x7D:
		r.command = data[0]
		copy(r.parameters[:], data[1:])
		return r, true
	case 0x04:
		return contecRequest{command: 0x04, parameters: data}, true
	}
	return r, false
}

// contecPacket writes a packet: bit 7 of every data byte travels in byte 1.
func contecPacket(kind byte, data ...byte) []byte {
	p := make([]byte, 2, 2+len(data))
	p[0], p[1] = kind, 0x80
	for i, d := range data {
		p[1] |= d >> 7 << i
		p = append(p, d|0x80)
	}
	return p
}

// The reasons of a command's result.
const (
	contecDone         = 0x00
	contecUnsupported  = 0x05
	contecDeleteFailed = 0x04
)

// answer returns the reply to a request, which may be empty.
func (t *ContecPackets) answer(r contecRequest) []byte {
	user, segment := r.parameters[0], r.parameters[1]
	switch r.command {
	case 0x04:
		return contecPacket(0x04, r.parameters[:]...)
	case 0xA0:
		return contecPacket(0x06, 0x00, 0x07)
	case 0xA1, 0xA6, 0xAF: // samples follow, live or stored; no answer
		return nil
	case 0xA2, 0xA7:
		return contecPacket(0x0C)
	case 0xA3:
		return contecPacket(0x0A, user, byte(len(t.nights)))
	case 0xA4:
		size := binary.LittleEndian.AppendUint32(nil, uint32(len(t.night(user, segment).packetData(t.full))))
		return contecPacket(0x08, append([]byte{user, segment}, size...)...)
	case 0xA5:
		return t.start(user, segment)
	case 0xA8:
		name := t.name()
		return append(contecPacket(0x02, append([]byte{0x00}, name[:6]...)...), contecPacket(0x02, append([]byte{0xFF}, name[6:]...)...)...)
	case 0xA9:
		return contecPacket(0x03, []byte("CONTEC ")...)
	case 0xAA:
		return contecPacket(0x04, []byte(t.id())...)
	case 0xAB:
		return contecPacket(0x05, append([]byte{user}, "user  "...)...)
	case 0xAC:
		return contecPacket(0x0E, bit(!t.full))
	case 0xAD:
		return contecPacket(0x10, 1)
	case 0xAE:
		return contecPacket(0x0B, r.command, contecDeleteFailed)
	case 0xB0:
		return contecPacket(0x11, 0x01, bit(len(t.nights) > 0), 0, 0, 0, 0, 0)
	case 0xB1, 0xB2:
		if t.full {
			return contecPacket(0x0B, r.command, contecDone)
		}
	case 0xB6:
		return contecPacket(0x15, user, segment, 0xA0|bit(t.full), 0, 0, 0, 0)
	}
	return contecPacket(0x0B, r.command, contecUnsupported)
}

// name is twelve characters; blank on a CMS50D+.
func (t *ContecPackets) name() string {
	if t.full {
		return "CMS50F      "
	}
	return "            "
}

// id is seven characters; "user" as it leaves the factory.
func (t *ContecPackets) id() string {
	if t.full {
		return "AP00042"
	}
	return "user   "
}

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// sample writes a live packet.
func (t *ContecPackets) sample(c fingerFrame) []byte {
	d := [7]byte{byte(c.signal), byte(c.pleth), byte(c.bar), byte(c.pulse), byte(c.spo2), 0xFF, 0xFF}
	d[0] |= bit(c.fingerOut)<<7 | bit(c.beat)<<6
	d[1] |= bit(c.searching && !c.fingerOut) << 7
	if c.spo2 == 0 {
		d[3], d[4] = t.none, 0x7F
	}
	if t.full && c.spo2 != 0 {
		d[5], d[6] = byte(c.perfusion), byte(c.perfusion>>8)
	} else {
		d[2] |= 0x10
	}
	return contecPacket(0x01, d[:]...)
}
