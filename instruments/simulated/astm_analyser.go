package simulated

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

const (
	analyserSerial  = "SN001234"
	analyserSamples = 4 * time.Second  // from plugging in to the first result
	analyserBetween = 45 * time.Second // to the next
	analyserAgain   = 10 * time.Second // until an offer is repeated
)

// An AnalyserResult is what a simulated analyser sends for one test.
type AnalyserResult struct {
	At       time.Time // completed; the analyser writes down its own clock
	Test     string    // "GLU"
	Value    string    // "6.2", or with a mark: ">33.3"
	Units    string
	Flags    string
	Status   string // "F"
	Patient  string // who the analyser was told it is; empty: nobody
	Control  bool   // of control material
	Specimen string // as in an order: "^^WB"
	Undated  bool
	sampled  bool // by the demonstration's person
}

// ASTMAnalyser is the twin of a point-of-care analyser that sends its results
// by LIS1-A. A person samples a few seconds after it was plugged in, and then
// every few minutes; what nobody took it sends again.
type ASTMAnalyser struct {
	options Options

	mu     sync.Mutex
	rand   *rand.Rand
	quirk  ASTMQuirk
	offset time.Duration
	queue  []AnalyserResult
	person bool // somebody samples
	flaws  []string
}

var _ Twin = (*ASTMAnalyser)(nil)

// NewASTMAnalyser returns an analyser that has a result of yesterday, which
// nobody took, still to send.
func NewASTMAnalyser(o Options) *ASTMAnalyser {
	a := &ASTMAnalyser{options: o, rand: rand.New(rand.NewPCG(o.Seed, 0xa57)), person: o.Fault != NoResult}
	now := o.Clock()()
	if o.Fault == WrongClock {
		a.offset = batteryChange.Sub(now)
	}
	a.queue = []AnalyserResult{{At: now.Add(-26 * time.Hour), Test: "GLU", Value: "9.7", Units: "mmol/L", Status: "F"}}
	return a
}

// Model returns "astm-analyser".
func (a *ASTMAnalyser) Model() string { return "astm-analyser" }

// Line returns 9600 8N1.
func (a *ASTMAnalyser) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Clear drops what waits to be sent and ends the demonstration: from now on
// there are only results that were added.
func (a *ASTMAnalyser) Clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue, a.person = nil, false
}

// AddResult has a result wait to be sent.
func (a *ASTMAnalyser) AddResult(r AnalyserResult) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = append(a.queue, r)
}

// SetQuirk makes it send in a way that not all do.
func (a *ASTMAnalyser) SetQuirk(q ASTMQuirk) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quirk = q
}

// Violations lists what a receiver did that the standard forbids.
func (a *ASTMAnalyser) Violations() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.flaws)
}

// Run sends what there is to send until ctx ends or the host is gone.
func (a *ASTMAnalyser) Run(ctx context.Context, wire instruments.Port) error {
	sampled := time.Now().Add(a.options.After(analyserSamples))
	for {
		if !time.Now().Before(sampled) {
			a.sample()
			sampled = time.Now().Add(a.options.After(analyserBetween))
		}
		pause := time.Until(sampled)
		if r, ok := a.first(); ok {
			sent, err := a.send(ctx, wire, r)
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				return err
			case sent:
				a.drop()
				continue
			}
			pause = min(pause, a.options.After(analyserAgain))
		}
		if err := a.idle(ctx, wire, min(max(pause, 0), time.Second)); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// idle waits, and minds a host that speaks out of turn.
func (a *ASTMAnalyser) idle(ctx context.Context, wire instruments.Port, d time.Duration) error {
	heard, err := astmHear(ctx, wire, d, func() bool { return false })
	if ctx.Err() != nil {
		return nil
	}
	if heard == astmENQ {
		a.mu.Lock()
		a.flaws = append(a.flaws, "ENQ: it takes no orders")
		a.mu.Unlock()
	}
	return err
}

func (a *ASTMAnalyser) first() (AnalyserResult, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		return AnalyserResult{}, false
	}
	return a.queue[0], true
}

func (a *ASTMAnalyser) drop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = a.queue[1:]
}

// sample is a person who has had a finger pricked.
func (a *ASTMAnalyser) sample() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.person {
		return
	}
	tenths := 42 + a.rand.IntN(40)
	if a.options.Fault == Critical {
		tenths = []int{25, 267}[a.rand.IntN(2)]
	}
	r := AnalyserResult{
		At: a.options.Clock()(), Test: "GLU", Value: fmt.Sprintf("%d.%d", tenths/10, tenths%10), Units: "mmol/L", Status: "F",
		Control: a.options.Fault == Control, sampled: true,
	}
	switch a.options.Fault {
	case High:
		r.Value, r.Flags = "33.3", ">"
	case Low:
		r.Value, r.Flags = "1.1", "<"
	}
	// Who is sampled anew has not waited for the last result.
	a.queue = slices.DeleteFunc(a.queue, func(old AnalyserResult) bool { return old.sampled })
	a.queue = append(a.queue, r)
}

// send sends one result as a message of its own.
func (a *ASTMAnalyser) send(ctx context.Context, wire instruments.Port, r AnalyserResult) (sent bool, err error) {
	a.mu.Lock()
	s := &astmSender{wire: wire, quirk: a.quirk, deaf: func() bool { return false }}
	records := a.records(r)
	a.mu.Unlock()
	if err = s.establish(ctx, 0); err == nil {
		err = s.message(ctx, records, astmETX)
	}
	if errors.Is(err, errASTMStopped) || errors.Is(err, errASTMRefused) {
		return false, nil
	}
	return err == nil, err
}

func (a *ASTMAnalyser) records(r AnalyserResult) []string {
	stamp := func(t time.Time) string {
		return t.In(a.options.Location()).Add(a.offset).Format("20060102150405")
	}
	patient, action, completed := "P|1", "", stamp(r.At)
	if r.Patient != "" {
		patient += "||" + r.Patient
	}
	if r.Control {
		action = "Q"
	}
	if r.Undated {
		completed = ""
	}
	return []string{
		`H|\^&|||POCGLU^2.1^` + analyserSerial + `|||||||P|LIS2-A2|` + stamp(a.options.Clock()()),
		patient,
		fmt.Sprintf("O|1|S-0007||^^^%s|R||||||%s||||%s", r.Test, action, r.Specimen),
		fmt.Sprintf("R|1|^^^%s|%s|%s||%s||%s||OP1||%s|%s", r.Test, r.Value, r.Units, r.Flags, r.Status, completed, analyserSerial),
		"L|1|N",
	}
}
