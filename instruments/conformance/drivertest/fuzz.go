package drivertest

import (
	"slices"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
)

// Fuzz has a fuzzer disturb whole measurements, from the first question to the result,
// of a driver among the kits and its twin. Whatever it does, a measurement ends in time,
// with a possible result or a typed fault and no tight cuff; and with the right result
// or a fault if it flips no more bits than the check of the wire always finds. More than
// that may pass it by chance.
func Fuzz(f *testing.F, kits []Kit) {
	for i := range kits {
		for at := 8; at < 256; at += 16 { // of 256 parts of the measurement
			f.Add(uint8(i), []byte{flipped, 0, byte(at), 0, 3})
		}
		f.Add(uint8(i), []byte{lost, 0, 90, 0, 3, doubled, 1, 30, 0, 2})
		f.Add(uint8(i), []byte{inserted, 0, 120, 0, 5, silent, 0, 200, 0, 0})
	}
	plans := map[int]*plan{}
	f.Fuzz(func(t *testing.T, which uint8, said []byte) {
		i := int(which) % len(kits)
		if plans[i] == nil {
			p := kits[i].prepare(t)
			if t.Failed() {
				t.Fatal("there is no reading on an undisturbed wire")
			}
			plans[i] = p
		}
		p := plans[i]
		edits := p.edits(said)
		r := rule{garbledHost: true}
		if sure(edits, checksum.Bits(p.model.Checksum)) {
			r.want = p.exact
		}
		for _, problem := range r.problems(p.edited(edits).run(t)) {
			t.Errorf("%s, %+v: %s", p.model.ID, edits, problem)
		}
	})
}

// The kinds of edits.
const (
	flipped  = iota // bit n of a byte
	lost            // n bytes
	doubled         // n bytes
	inserted        // n bytes of noise
	silent          // from there on
	kinds
)

// An edit is one change to what is said.
type edit struct {
	kind, pos int
	n         byte
	host      bool // by the host, not by the instrument
}

// mostEdits is how much is done to one measurement: beyond that it is all noise.
const mostEdits = 6

// edits reads edits from bytes, five each.
func (p *plan) edits(b []byte) (list []edit) {
	const size = 5
	for ; len(b) >= size && len(list) < mostEdits; b = b[size:] {
		e := edit{kind: int(b[0]) % kinds, host: b[1]%2 == 1, n: b[4]}
		// Nobody lets go a cuff over a wire that is dead, or loses all that is said.
		switch {
		case e.kind == silent:
			e.host = false
		case e.kind == lost && e.host:
			e.n = 0
		}
		said := p.answered.bytes
		if e.host {
			said = p.sent.bytes
		}
		e.pos = (int(b[2])<<8 | int(b[3])) * said >> 16
		list = append(list, e)
	}
	return list
}

// sure reports whether the edits flip bits alone, and no more than so many.
func sure(edits []edit, bits int) bool {
	return len(edits) <= bits && !slices.ContainsFunc(edits, func(e edit) bool { return e.kind != flipped })
}

// edited is a trial with the edits.
func (p *plan) edited(edits []edit) trial {
	tr := trial{kit: p.kit}
	for _, e := range edits {
		end := &tr.disturb
		if e.host {
			end = &tr.reach
		}
		further := *end
		*end = func(wire instruments.Port) instruments.Port {
			if further != nil {
				wire = further(wire)
			}
			return spoil(e.spoiler(p.kit.Seed))(wire)
		}
	}
	return tr
}

func (e edit) spoiler(seed uint64) spoiler {
	few := 1 + int(e.n)%16
	switch e.kind {
	case lost:
		return lose(e.pos, few)
	case doubled:
		return double(e.pos, few)
	case inserted:
		return insert(e.pos, few, seed)
	case silent:
		return stall(e.pos)
	}
	return flip(e.pos, int(e.n)%8)
}
