package drivertest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/conformance"
	"aidpost/instruments/simulated"
)

// strangerLimit is how long a driver may try to measure with an instrument of
// another model before it is cancelled.
const strangerLimit = 90 * time.Second

// RunStrangers has the driver meet the twins of other models with the same
// line: none is recognised or read, and none is told anything forbidden. Those
// that nobody can tell apart are alike.
func RunStrangers(t *testing.T, k Kit, others []Kit, alike func(model string) bool) {
	line := k.Driver().Model().Line
	for _, other := range others {
		m := other.Driver().Model()
		if m.ID == k.Driver().Model().ID || m.Line.String() != line.String() || alike(m.ID) {
			continue
		}
		for _, problem := range append(k.probesStranger(t, other), k.measuresStranger(t, other)...) {
			t.Errorf("a %s: %s", m.ID, problem)
		}
	}
}

// RunBeside has the driver measure with its own twin while that of another model with
// the same line answers on the same wire, too.
func RunBeside(t *testing.T, k Kit, others []Kit) {
	line := k.Driver().Model().Line.String()
	if !k.Driver().Model().Wired() {
		t.Skip("there is no wire")
	}
	p := k.prepare(t)
	for _, other := range others {
		m := other.Driver().Model()
		if m.ID == p.model.ID || m.Line.String() != line {
			continue
		}
		tr := trial{kit: k, cancel: strangerLimit, beside: func() simulated.Twin {
			return other.Twin(simulated.Options{Seed: other.Seed})
		}}
		for _, problem := range (rule{want: p.exact, cancelled: strangerLimit}).problems(tr.run(t)) {
			t.Errorf("beside a %s: %s", m.ID, problem)
		}
	}
}

// probesStranger says what is wrong with how the driver looks at other's twin.
func (k Kit) probesStranger(t *testing.T, other Kit) (found []string) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		twin := other.Twin(simulated.Options{Seed: other.Seed})
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = twin.Run(ctx, simulated.Paced(wire, twin.Line()))
		}()
		time.Sleep(time.Second) // one that sends by itself has begun
		began := time.Now()
		_, err := k.Driver().Probe(ctx, host)
		switch code := instruments.CodeOf(err); {
		case code == "" && !k.Driver().Model().Chosen:
			found = append(found, "it was recognised")
		case code == "", code == instruments.WrongModel, code == instruments.Garbled, code == instruments.NoAnswer:
		default:
			found = append(found, "the probe ended with "+err.Error())
		}
		if took := time.Since(began); took > conformance.ProbeLimit+100*time.Millisecond {
			found = append(found, "the probe took "+took.String())
		}
		if other.Driver().Model().Talks || !k.Driver().Model().Talks {
			for _, what := range told(twin) {
				found = append(found, "the probe told it "+what)
			}
		}
		cancel()
		host.Close()
		<-ended
	})
	return found
}

// measuresStranger does the same for a measurement. A person who names a wrong
// model for a port must not get a number from it. Twins that only send mind
// every byte, which a driver that has to ask cannot spare them.
func (k Kit) measuresStranger(t *testing.T, other Kit) []string {
	tr := trial{kit: Kit{Driver: k.Driver, Twin: other.Twin, Seed: other.Seed}, cancel: strangerLimit}
	out := tr.run(t)
	return (rule{never: true, cancelled: strangerLimit, garbledHost: !other.Driver().Model().Talks}).problems(out)
}

// doubled are two instruments on one wire, as a splitter cable makes them.
func (p *plan) doubled(t *testing.T) family {
	f := family{name: "two on one wire"}
	for seed := range uint64(3) {
		second := Kit{Driver: p.kit.Driver, Twin: p.kit.Twin, Seed: p.kit.Seed + 1 + seed}
		r := rule{}
		if p.exact != nil {
			r.want = append(append(r.want, p.right...), second.prepare(t).right...)
		}
		tr := trial{kit: p.kit, beside: func() simulated.Twin { return second.Twin(simulated.Options{Seed: second.Seed}) }}
		f.cases = append(f.cases, testCase{"of one model", tr, r})
	}
	return f
}
