package drivertest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/conformance"
	"aidpost/instruments/simulated"
)

// What a driver may cost, in calls of its port. A family gets a share of it.
const (
	budget     = 90_000
	exhaustive = 25 // times as much in the long run, beside what its frames want
	perTrial   = 60 // calls that cost as much as a trial does beside them
	fewest     = 12 // positions, whatever they cost
)

// families are all ways to disturb the wire.
func (p *plan) families() []family {
	return []family{
		p.harmless(), p.cuts(), p.hostCuts(), p.flips(), p.furtherFlips(), p.changes(), p.hostFlips(), p.losses(), p.doubles(), p.swaps(),
		p.stalls(), p.resets(), p.noises(), p.nothing(), p.cancels(),
	}
}

// positions chooses among the n positions of t, unit of which are a byte, as
// many as a share of the budget allows: more at the beginning, where the
// instrument is recognised, and at the end, where the result is. The long run
// leaves out none of the frames that represent all, see tally.typical.
func (p *plan) positions(t *tally, n, unit int, share float64) []int {
	afford := share * budget / float64(p.calls+perTrial)
	if Exhaustive() {
		afford *= exhaustive
	}
	want := max(int(afford), fewest)
	if n <= want {
		return spread(n, n)
	}
	list := spread(n, want)
	if Exhaustive() && unit > 0 {
		for _, s := range t.typical() {
			for pos := s.at * unit; pos < (s.at+s.n)*unit; pos++ {
				list = append(list, pos)
			}
		}
		slices.Sort(list)
		list = slices.Compact(list)
	}
	return list
}

// spread chooses want of n positions: a third from the beginning on, a third up
// to the end, the others evenly between.
func spread(n, want int) []int {
	third := want / 3
	var list []int
	for i := range third {
		list = append(list, i, n-1-i)
	}
	for i, rest := 0, want-2*third; i < rest; i++ {
		list = append(list, third+(n-2*third)*i/rest)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// each makes a case of each position that is chosen among n.
func (p *plan) each(name string, chosen []int, n int, r rule, trialAt func(pos int) trial) family {
	f := family{name: name, of: n}
	for _, pos := range chosen {
		tr := trialAt(pos)
		tr.kit = p.kit
		f.cases = append(f.cases, testCase{at(pos), tr, r})
	}
	return f
}

// harmless are the ways in which bytes come on a good wire.
func (p *plan) harmless() family {
	f := family{name: "good wire"}
	for name, disturb := range map[string]func(instruments.Port) instruments.Port{
		"byte by byte":     spoil(bytewise),
		"together":         spoil(gathered()),
		"as fast as it is": func(w instruments.Port) instruments.Port { return simulated.Paced(w, p.model.Line) },
		"slow and bytewise": func(w instruments.Port) instruments.Port {
			return spoil(bytewise)(simulated.Paced(w, p.model.Line))
		},
	} {
		f.cases = append(f.cases, testCase{name, trial{kit: p.kit, disturb: disturb}, rule{reads: true, want: p.right}})
	}
	return f
}

// cuts pull the cable before each byte of the instrument. Only of a stream that goes on
// and on is the short run content with some: those at its beginning and its end, and
// others between.
func (p *plan) cuts() family {
	chosen := spread(p.answered.bytes, p.answered.bytes)
	if p.answered.bytes > stream && !Exhaustive() {
		chosen = p.positions(&p.answered, p.answered.bytes, 1, 1)
	}
	return p.each("cable pulled", chosen, p.answered.bytes, rule{want: p.right, pulled: true}, func(pos int) trial {
		return trial{disturb: spoil(cut(pos)), after: releases}
	})
}

// stream is how many bytes only oximeters say that send without end.
const stream = 4000

// hostCuts pull the cable before each byte of the host.
func (p *plan) hostCuts() family {
	return p.each("cable pulled from the host", p.positions(&p.sent, p.sent.bytes, 1, 0.5), p.sent.bytes, rule{want: p.right, pulled: true}, func(pos int) trial {
		return trial{reach: spoil(cut(pos)), after: releases}
	})
}

// flips flip every bit of the instrument, or one of each byte that is chosen.
func (p *plan) flips() family {
	bits := p.answered.bytes * 8
	return p.each("flipped bit", p.positions(&p.answered, bits, 8, 2), bits, rule{want: p.exact}, func(pos int) trial {
		return trial{disturb: spoil(flip(pos/8, pos%8))}
	})
}

// furtherFlips flip as many bits as the check of the wire always finds beyond one, near
// each other, so that most are in one frame. Of other wires more than one bit is left to
// chance, see Fuzz.
func (p *plan) furtherFlips() family {
	f := family{name: "further flipped bits"}
	bits := p.answered.bytes * 8
	for n := 2; n <= checksum.Bits(p.model.Checksum); n++ {
		chosen := p.positions(&p.answered, bits, 0, 0.3)
		more := p.each("", chosen, bits, rule{want: p.exact}, func(pos int) trial {
			tr := trial{disturb: spoil(flip(pos/8, pos%8))}
			for further := range n - 1 {
				at := (pos + 1 + further*apart + p.rand.IntN(apart)) % bits
				first := tr.disturb
				tr.disturb = func(w instruments.Port) instruments.Port { return spoil(flip(at/8, at%8))(first(w)) }
			}
			return tr
		})
		f.of, f.cases = f.of+more.of, append(f.cases, more.cases...)
	}
	return f
}

// apart is how far one further flipped bit is from the one before, at most.
const apart = 60

// changes turn a byte into any other, every second one into one that differs in its low
// half alone: a digit is most likely a digit then.
func (p *plan) changes() family {
	return p.each("changed byte", p.positions(&p.answered, p.answered.bytes, 1, 0.3), p.answered.bytes, rule{want: p.exact}, func(pos int) trial {
		most := 0xFF
		if pos%2 == 1 {
			most = 0x0F
		}
		return trial{disturb: spoil(change(pos, byte(1+p.rand.IntN(most))))}
	})
}

func (p *plan) hostFlips() family {
	bits := p.sent.bytes * 8
	return p.each("flipped bit from the host", p.positions(&p.sent, bits, 8, 0.5), bits, rule{want: p.exact, garbledHost: true}, func(pos int) trial {
		return trial{reach: spoil(flip(pos/8, pos%8))}
	})
}

func (p *plan) losses() family {
	return p.each("lost bytes", p.positions(&p.answered, p.answered.bytes, 1, 0.4), p.answered.bytes, rule{want: p.exact}, func(pos int) trial {
		return trial{disturb: spoil(lose(pos, 1+pos%7))}
	})
}

func (p *plan) doubles() family {
	return p.each("doubled bytes", p.positions(&p.answered, p.answered.bytes, 1, 0.4), p.answered.bytes, rule{want: p.exact}, func(pos int) trial {
		return trial{disturb: spoil(double(pos, 1+pos%13))}
	})
}

func (p *plan) swaps() family {
	writes := p.answered.writes
	return p.each("overtaken chunk", p.positions(&p.answered, writes, 0, 0.3), writes, rule{want: p.exact}, func(n int) trial {
		return trial{disturb: spoil(swap(n))}
	})
}

func (p *plan) stalls() family {
	return p.each("falls silent", p.positions(&p.answered, p.answered.bytes, 1, 0.3), p.answered.bytes, rule{want: p.exact}, func(pos int) trial {
		return trial{disturb: spoil(stall(pos))}
	})
}

func (p *plan) resets() family {
	return p.each("reset", p.positions(&p.answered, p.answered.bytes, 1, 0.3), p.answered.bytes, rule{want: p.exact}, func(pos int) trial {
		r := &reset{pos: pos}
		return trial{disturb: spoil(r.spoil), resets: r}
	})
}

// noises begin with bytes that are of nobody.
func (p *plan) noises() family {
	f := family{name: "noise first"}
	for i, n := range []int{1, 2, 3, 5, 8, 13, 37, 200} {
		tr := trial{kit: p.kit, disturb: spoil(noiseFirst(n, p.kit.Seed+uint64(i)))}
		f.cases = append(f.cases, testCase{fmt.Sprintf("%d bytes", n), tr, rule{want: p.exact}})
	}
	return f
}

// nothing are wires without an instrument.
func (p *plan) nothing() family {
	closed := func(host instruments.Port) instruments.Port {
		host.Close()
		return host
	}
	silence := func(ctx context.Context, _ instruments.Port) { <-ctx.Done() }
	babbling := func(ctx context.Context, wire instruments.Port) { babble(ctx, wire, p.model.Line, p.kit.Seed) }
	f := family{name: "no instrument", cases: []testCase{
		{"silence", trial{kit: p.kit, instead: silence}, rule{never: true}},
		{"a closed port", trial{kit: p.kit, reach: closed, instead: silence}, rule{never: true, pulled: true}},
	}}
	if p.model.Wired() { // nobody's keyboard types without end
		f.cases = append(f.cases, testCase{"noise without end", trial{kit: p.kit, instead: babbling}, rule{never: true}})
	}
	return f
}

// cancels end a measurement at moments spread over it, after which another one
// at the same instrument goes well.
func (p *plan) cancels() family {
	f := family{name: "cancelled"}
	const moments = 8
	paced := func(w instruments.Port) instruments.Port { return simulated.Paced(w, p.model.Line) }
	for i := range moments {
		when := max(p.paced*time.Duration(2*i+1)/(2*moments), time.Millisecond)
		tr := trial{kit: p.kit, disturb: paced, cancel: when, again: true}
		f.cases = append(f.cases, testCase{"after " + when.String(), tr, rule{cancelled: when, released: conformance.ShowsPressure(p.model)}})
	}
	return f
}

// releases lets go a cuff that lost its host, over a new cable.
func releases(ctx context.Context, d instruments.Driver, twin simulated.Twin) []string {
	r, ok := d.(instruments.Releaser)
	cuff, tells := twin.(cuffed)
	if !ok || !tells || cuff.Pressure() < empty {
		return nil
	}
	host, wire := instruments.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = twin.Run(ctx, wire)
	}()
	err := r.Release(host)
	tight := cuff.Pressure() >= empty
	cancel()
	host.Close()
	<-ended
	switch {
	case err != nil:
		return []string{fmt.Sprintf("released over a new cable: %v", err)}
	case tight:
		return []string{"released over a new cable, and still tight"}
	}
	return nil
}
