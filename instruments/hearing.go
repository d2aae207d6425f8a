package instruments

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// Some instruments can be asked nothing, but say something by themselves: a
// station its record, a scale the weight, a meter that is switched on its
// greeting. While nothing is recognised on a port it is listened for them, on one
// of their lines after the other.

const (
	heardMost = 1024                   // bytes that are kept to be understood
	heardEnd  = 150 * time.Millisecond // of silence end what is said
	// A word is what an instrument that talks all the time is known by.
	wordMost = 64
	wordWait = 150 * time.Millisecond
)

// A Hearer is a driver whose instrument answers nothing that may be asked of it, and
// is known by what it says by itself.
type Hearer interface {
	Driver
	// Hears says how much what was said on the instrument's line, perhaps from the
	// middle of it on, sounds like the instrument.
	Hears(said []byte) Hearsay
}

// Hearsay is how sure it is who has spoken.
type Hearsay int

// The grades of hearsay.
const (
	Strange Hearsay = iota // nothing of this model is in it
	Alike                  // this model speaks so, and others do as well
	Proof                  // no other model speaks so
)

// hear looks for the models of a line that know what was said by itself for their
// own. It returns the driver of the one that must have said it.
func (r *Rack) hear(s *slot, line Line, said []byte) Driver {
	if len(said) == 0 {
		return nil
	}
	var proven []Driver
	heard := map[string]Hearsay{}
	for _, d := range r.silent(s) {
		if m := d.Model(); sounds(m.Line) == sounds(line) {
			heard[m.ID] = d.Hears(said)
			if heard[m.ID] == Proof {
				proven = append(proven, d)
			}
		}
	}
	r.noteHeard(s, heard)
	if len(proven) != 1 {
		return nil
	}
	r.handOver(s, proven[0], said)
	return proven[0]
}

// sounds is the line without what makes no difference to a listener.
func sounds(l Line) Line {
	l.LinesLow = false
	return heardAs(l)
}

// noteHeard keeps how much each model of a line has sounded like what was said, at
// the best: a stream may be cut anywhere.
func (r *Rack) noteHeard(s *slot, heard map[string]Hearsay) {
	r.mu.Lock()
	if s.heard == nil {
		s.heard = map[string]Hearsay{}
	}
	better := false
	for model, h := range heard {
		if h > s.heard[model] {
			s.heard[model], better = h, true
		}
	}
	r.mu.Unlock()
	if better {
		r.notify()
	}
}

// handOver gives the results by which a station was recognised to whoever takes
// those that come without a person.
func (r *Rack) handOver(s *slot, d Driver, said []byte) {
	decoder, decodes := d.(Decoder)
	if _, overhears := d.(Overhearer); r.options.Unasked == nil || !decodes || !overhears {
		return
	}
	from := s.at
	from.Model = d.Model()
	// What cannot be decoded is no result, and bytes in memory have no other error.
	_ = decoder.Decode(bytes.NewReader(said), Job{Zone: r.options.Unasked.Zone}, func(e Event) {
		if reading, ok := e.(*Reading); ok {
			r.options.Unasked.Take(from, *reading)
		}
	})
}

// silent are the drivers of models that can only be heard and may be on s.
func (r *Rack) silent(s *slot) (list []Hearer) {
	for _, d := range r.drivers {
		h, hears := d.(Hearer)
		if _, known := adapterOf(d.Model(), s.at.Endpoint); hears && known && d.Model().Chosen {
			list = append(list, h)
		}
	}
	return list
}

// listen waits until it is time to look again, and hears meanwhile what an
// instrument on s says by itself; it may be recognised by that. The caller holds
// the turn of s.
func (r *Rack) listen(s *slot, wait time.Duration) (err error) {
	defer recoverTo(&err, r.log)
	var lines []Line
	for _, d := range r.silent(s) {
		if l := sounds(d.Model().Line); !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	line := lines[s.listens%len(lines)]
	s.listens++
	port, err := r.open(s.looking, s.at.Endpoint, line)
	if err != nil {
		return err
	}
	defer port.Close()
	if d := r.hear(s, line, record(s.looking, port, wait, heardMost)); d != nil {
		r.settleOn(s, d, Identity{}, r.release(s, d, Identity{}, port))
	}
	return nil
}

// speaks reports that what d's instrument would say is said on s.
func (r *Rack) speaks(s *slot, d Driver) bool {
	h, ok := d.(Hearer)
	if !ok {
		return false
	}
	port, err := r.open(s.looking, s.at.Endpoint, d.Model().Line)
	if err != nil {
		return false
	}
	defer port.Close()
	said := record(s.looking, port, wordWait, wordMost)
	return len(said) > 0 && h.Hears(said) != Strange
}

// record returns what is said by itself, from its first byte to a silence, or the
// most of it.
func record(ctx context.Context, port Port, wait time.Duration, most int) (said []byte) {
	if port.Discard() != nil {
		return nil
	}
	buf := make([]byte, 256)
	for until := time.Now().Add(wait); len(said) < most; {
		patience := time.Until(until)
		if len(said) > 0 {
			patience = heardEnd
		}
		n, err := ReadSome(ctx, port, buf, patience)
		if err != nil {
			break
		}
		said = append(said, buf[:n]...)
	}
	if ctx.Err() != nil {
		return nil
	}
	return said
}
