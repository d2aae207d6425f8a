package crowd

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments/meter"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/vitals"
)

// strayWords are texts that no person should see: keys of messages, and what is
// left of a message that was not filled in.
var strayWords = regexp.MustCompile(`^[a-z]+\.[a-z]+[a-z.-]*$|[{}]|%!|<nil>`)

// check looks at what must hold at every moment.
func (p *person) check() {
	s := look(p.window)
	if len(s.touchables) == 0 {
		p.fail("at %s there is nothing to touch", p.visit.State().Step)
	}
	for _, text := range s.texts {
		if strayWords.MatchString(text) {
			p.fail("at %s the screen says %q", p.visit.State().Step, text)
		}
	}
	p.checkPIN()
	p.checkArm()
	for _, words := range p.earlier {
		if s.says(words) {
			p.fail("at %s the screen shows what an earlier person typed", p.visit.State().Step)
		}
	}
}

// checkPIN makes sure that nothing is told of somebody else whose card this is.
func (p *person) checkPIN() {
	s := p.visit.State()
	switch {
	case s.Step == visit.PIN:
		p.refused++
	case s.Step == visit.Consent && p.at == visit.PIN && s.PIN != visit.PINChosen && p.way == byCard:
		// Whoever has forgotten the PIN they chose begins anew: that card alone opens
		// what they keep from now on.
		p.locked = slices.DeleteFunc(p.locked, func(card string) bool { return card == p.card })
	case s.Step == visit.Finish && p.way == byOthersCard:
		p.way = byCard // whoever went on without the PIN is known by that card, too
	}
	if p.way == byOthersCard && s.Returning {
		p.fail("at %s somebody with the card of another is taken for them", s.Step)
	}
	p.at = s.Step
}

// checkArm makes sure that nobody is offered an arm but the one that they have said
// themselves, and that of a guest none is known.
func (p *person) checkArm() {
	s := p.visit.State()
	arm := s.Arm.Arm
	if arm == vitals.UnknownArm {
		return
	}
	if s.Guest || s.Encounter == nil || s.Encounter.Patient == nil {
		p.fail("at %s a guest is told of the %s arm", s.Step, arm)
		return
	}
	switch id := s.Encounter.Patient.ID; {
	case s.Arm.Why == visit.ArmSaid:
		p.arms[id] = append(p.arms[id], arm)
	case !slices.Contains(p.arms[id], arm):
		p.fail("at %s somebody is offered the %s arm (%s), which they never said", s.Step, arm, s.Arm.Why)
	default:
		p.offered++
	}
}

// checkGone looks at what must hold when the person has left.
func (p *person) checkGone() {
	p.pass(40 * time.Second) // the longest that a cuff takes to empty by itself
	p.earlier = append(p.earlier, p.typed...)
	p.earlier = p.earlier[max(0, len(p.earlier)-20):]
	p.check()
	p.checkPumps()
	p.checkRecords()
}

// checkPumps looks into the cuffs, and whether anything was sent to an
// instrument that never may be.
func (p *person) checkPumps() {
	for _, at := range p.places {
		if at.path == "" {
			continue
		}
		if c, ok := at.twin.(interface{ Pressure() int }); ok && p.visit.State().Step == visit.Welcome && c.Pressure() > 0 && at.fault != simulated.StuckCuff {
			p.fail("%s holds %d mmHg after the visit", at.model, c.Pressure())
		}
		if v, ok := at.twin.(interface{ Violations() []string }); ok && len(v.Violations()) > 0 {
			p.fail("%s was told what it never may be: %q", at.model, v.Violations())
		}
	}
}

// checkRecords looks at every visit that was saved since the person came.
func (p *person) checkRecords() {
	ctx := p.t.Context()
	for summary, err := range p.store.Encounters(ctx, records.Filter{Since: p.began}) {
		if err != nil {
			p.t.Fatal(err)
		}
		e, err := p.store.Encounter(ctx, summary.ID)
		if err != nil {
			p.t.Fatal(err)
		}
		p.kept++
		p.checkWhose(e)
		if p.way == byCard && !slices.Contains(p.locked, p.card) && !slices.Contains(p.regulars, p.card) {
			p.regulars = append(p.regulars, p.card)
		}
		if e.Ended.IsZero() || e.Ended.Before(e.Started) {
			p.fail("a visit is over and its record is not: started %s, ended %s", e.Started, e.Ended)
		}
		if len(e.Observations) == 0 {
			p.fail("a visit without a result was kept")
		}
		for _, o := range e.Observations {
			p.checkResult(o)
		}
	}
}

// checkWhose makes sure that what was saved is of the person who was here.
func (p *person) checkWhose(e *records.Encounter) {
	if e.Patient == nil {
		p.fail("a guest's visit was kept")
		return
	}
	for _, id := range e.Patient.Identifiers {
		if id.Value == p.card {
			return
		}
	}
	full := e.Patient.Given + e.Patient.Family
	for _, words := range p.typed {
		if strings.EqualFold(full, words) || strings.HasPrefix(strings.ToLower(full), strings.ToLower(words)) {
			return
		}
	}
	p.fail("a visit was saved for somebody who was not here")
}

// clockError is how far the time of a result by a meter's clock may be off: see package
// meter.
const clockError = 2 * time.Minute

// reallyTaken is when a result was taken. A meter on the counter knows that better than
// what its clock makes of it: somebody else's may be as young as that clock is wrong.
func (p *person) reallyTaken(o records.Observation) time.Time {
	if o.Origin.InstrumentAt.IsZero() {
		return o.Taken
	}
	best, off := o.Taken.Add(clockError), clockError // pulled since with its memory: by its clock
	for _, at := range p.places {
		m, ok := at.twin.(interface{ Results() []simulated.Result })
		if !ok || at.model != o.Origin.Driver {
			continue
		}
		for _, r := range m.Results() {
			if by := r.At.Sub(o.Taken).Abs(); by <= off {
				best, off = r.At, by
			}
		}
	}
	return best
}

// earlier is by how much a result may be older than the visit without anybody being
// able to tell: a meter that stores whole minutes cannot, so the person is asked
// whether it shows that result.
func earlier(o records.Observation) time.Duration {
	if at := o.Origin.InstrumentAt; !at.IsZero() && at.Second() == 0 {
		return meter.MinutesMargin
	}
	return time.Second
}

// checkResult makes sure that nothing of a result is missing.
func (p *person) checkResult(o records.Observation) {
	own := slices.Contains(o.Notes, visit.NoteOwnMeter)
	// What a person's own instrument has kept is older.
	if taken := p.reallyTaken(o); !own && taken.Before(p.began.Add(-earlier(o))) || o.Taken.After(time.Now()) {
		p.fail("a result of %s was taken %s, when this person was not here", o.Panel, o.Taken)
	}
	for _, m := range o.Panel.Main() {
		if _, ok := o.Values.Get(m); !ok {
			p.fail("a result of %s has no %s", o.Panel, m)
		}
	}
	if len(o.MeanOf) > 0 {
		return
	}
	if o.Origin.Device.Model == "" || o.Origin.Driver == "" || len(o.Capture) == 0 && !slices.Contains(o.Notes, visit.NoteRecording) {
		p.fail("a result of %s does not say where it came from", o.Panel)
	}
}
