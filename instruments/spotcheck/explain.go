package spotcheck

import (
	"fmt"

	"aidpost/instruments"
)

// Explain names the bytes of the whole frames that a fresh parser finds in
// what the instrument sent. Name is called with each frame; what lies between
// them has no name, and neither has what the host sent.
func Explain[P Parser](frames []instruments.Frame, fresh func() P, name func(p P, n *instruments.Namer)) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.FromInstrument {
			ExplainRun(fresh(), run, n, name)
		}
	})
}

// ExplainRun is Explain for one run of bytes.
func ExplainRun[P Parser](p P, run []byte, n *instruments.Namer, name func(p P, n *instruments.Namer)) {
	skipped := 0
	for len(run) > 0 {
		taken, found := p.Next(run)
		run = run[taken:]
		skipped += taken
		if found != Whole {
			continue
		}
		n.Skip(skipped - len(p.Frame()))
		skipped = 0
		name(p, n)
	}
}

// Name names the bytes of the whole frame.
func (p *FiveByte) Name(n *instruments.Namer) {
	f, t := &p.buf, p.table
	s := t.sample(f, p.rate)
	n.Name(1, "beat, signal", Ticked(s.Beat, "beat, ")+fmt.Sprintf("signal %s of %d", Spell(s.Signal), maxSignal)+
		Ticked(s.Falling, ", SpO2 falling")+
		Ticked(f[0]&t.FingerOut.First != 0, ", "+t.FirstOut)+
		Ticked(f[0]&t.Searching.First != 0, ", no signal"))
	n.Name(1, "pleth", Spell(s.Pleth))
	n.Name(1, "bar, high bit of pulse", fmt.Sprintf("bar %s, bit %d", Spell(s.Bar), f[2]&fivePulseHigh>>6)+
		Ticked(f[2]&t.FingerOut.Third != 0, ", no finger")+
		Ticked(f[2]&t.Searching.Third != 0, ", searching"))
	n.Name(1, "pulse", Spell(s.Pulse)+" /min")
	n.Name(1, "SpO2", Spell(s.SpO2)+" %")
}

// Spell writes a number, or that there is none.
func Spell(n instruments.Number) string {
	if !n.Valid() {
		return "none"
	}
	return fmt.Sprint(int(n))
}

// Ticked returns text if set, else nothing.
func Ticked(set bool, text string) string {
	if set {
		return text
	}
	return ""
}
