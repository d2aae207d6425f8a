package visit

import (
	"time"

	"aidpost/app/call"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// A Step is where the visit stands: one screen.
type Step string

// The steps, in their usual order.
const (
	Welcome    Step = "welcome"
	Who        Step = "who"
	PIN        Step = "pin" // of somebody who has chosen one
	Consent    Step = "consent"
	Choose     Step = "choose"
	Question   Step = "question" // suitability, or what the person ate
	Unsuitable Step = "unsuitable"
	Prepare    Step = "prepare" // posture, cuff, finger, strip
	Rest       Step = "rest"
	Connect    Step = "connect" // waiting for a meter to be plugged in
	Ready      Step = "ready"   // one tap starts the reading
	Measure    Step = "measure"
	Stopping   Step = "stopping" // the instrument is being made safe
	Pause      Step = "pause"    // between two readings of a series
	Confirm    Step = "confirm"  // is this the number on your meter?
	Trouble    Step = "trouble"
	Urgent     Step = "urgent"
	Result     Step = "result"
	Finish     Step = "finish"
)

// A State is everything a screen may show. It is a copy.
type State struct {
	Step     Step
	Language string
	Help     bool      // a member of staff was called
	Call     call.Call // how that call stands
	// Remaining and Total of the step's countdown; Total is zero without one.
	Remaining, Total time.Duration
	// IdleWarning is set when nobody touched the screen for long; IdleLeft is
	// what remains until the visit ends by itself.
	IdleWarning bool
	IdleLeft    time.Duration
	// Private is set when an urgent screen must be covered until it is touched.
	Private bool

	Guest bool
	Name  string // of the person, as they have told it or, if they are known, as it is on record
	// Returning is set for somebody who was here before and has shown it. Told is
	// set for who has only said who they are: nothing of earlier visits is shown.
	Returning, Told bool
	WhoError        WhoError
	Searching       bool
	PINWait         time.Duration // before another PIN is judged, of WhoPINWait
	// PIN is how the person's PIN stands; MayChoosePIN is set when they may choose
	// one now.
	PIN          PINState
	MayChoosePIN bool
	// Back is what the person has just taken back.
	Back TakenBack

	Offers   []Offer
	Panel    vitals.Panel
	Question QuestionID
	Options  []string
	// Cuff is for which arms the cuff is made that AskCuff is about, and Lie how the
	// person says that their arm lies to its marks.
	Cuff intended.Range
	Lie  intended.Lie
	Live Live
	// Reading is the number of the reading at hand and Readings how many the
	// series is meant to have.
	Reading, Readings int
	// Rest is how the pulse stands in a rest that is measured, and how a rest that is
	// over was taken.
	Rest RestState
	// Arm is which arm is to be in the cuff.
	Arm ArmState
	// Last is the reading before, if this is not the first of the panel.
	Last       *instruments.Reading
	Candidates []instruments.Reading
	Fault      *instruments.Fault
	// SavedOn is when the visit began, in the kiosk's zone, that saved the result
	// of an AlreadySaved fault.
	SavedOn  time.Time
	CanRetry bool
	Alarm    Alarm
	Results  []PanelResult
	// Keeping is set when the person agreed that the results go into the
	// records, and Saved when the last of them survives a power cut.
	Keeping   bool
	Saved     bool
	SaveError error
	// Encounter is the visit as it is in the records, for the report, with what is
	// shown of the person's own instrument.
	Encounter *records.Encounter
	agreed    bool // to be known after the visit
	// Own is how the reading of the person's own instrument stands.
	Own OwnState
}

// An Offer is a panel and whether it can be measured now.
type Offer struct {
	Panel  vitals.Panel
	Status OfferStatus
	Model  instruments.Model
}

// An OfferStatus says how a panel stands.
type OfferStatus string

// The statuses of an offer.
const (
	OfferReady      OfferStatus = "ready"
	OfferConnecting OfferStatus = "connecting"
	OfferBusy       OfferStatus = "busy"
	OfferAsleep     OfferStatus = "asleep"      // known, but silent: switch it on
	OfferNeedsStaff OfferStatus = "needs-staff" // its cuff may be tight, or it says that it is broken
	OfferDone       OfferStatus = "done"        // measured in this visit; may be repeated
)

// Live is what the instrument shows while it measures.
type Live struct {
	Phase        instruments.Phase
	Done, Total  int
	Pressure     instruments.Number // mmHg
	SpO2, Pulse  instruments.Number
	Signal       instruments.Number // 0 to 8
	FingerOut    bool
	PassingFault instruments.FaultCode
	// Silent is set when nothing has come for so long that the numbers are not known
	// any more.
	Silent bool
}

// Bars is how good the signal of an oximeter is, in bars of four: the instrument tells
// it from 0 to 8, and no signal is no bar.
func (l Live) Bars() int {
	switch {
	case l.FingerOut || !l.Signal.Valid() || l.Signal == 0:
		return 0
	case l.Signal < 3:
		return 1
	case l.Signal < 5:
		return 3
	}
	return 4
}

// Take follows what a driver tells, but for readings. It reports whether a
// screen has to be told at once, which live samples need not, and whether the
// cuff holds air now.
func (l *Live) Take(e instruments.Event) (announce, inflated bool) {
	again := l.Silent
	l.Silent = false
	switch e := e.(type) {
	case *instruments.PlethSample:
		announce = again || l.FingerOut != e.FingerOut
		l.SpO2, l.Pulse, l.Signal, l.FingerOut = e.SpO2, e.Pulse, e.Signal, e.FingerOut
		return announce, false
	case *instruments.CuffSample:
		l.Pressure = e.Pressure
		return again, e.Pressure > 0
	case *instruments.Progress:
		l.Phase, l.Done, l.Total = e.Phase, e.Done, e.Total
		return true, e.Phase == instruments.Inflating
	case *instruments.Fault:
		l.PassingFault = e.Code
	}
	return true, false
}

// A PanelResult is what a panel came to.
type PanelResult struct {
	Panel    vitals.Panel
	Values   vitals.Values
	Meal     vitals.Meal
	Flags    []vitals.Flag
	Judged   []guideline.Judgement
	Subject  guideline.Subject
	Readings int // that the values are made of
	Verdict  guideline.Verdict
	Notes    []string
	Taken    time.Time
	// WavePulse is the rate of the wave that the pulse was counted from, if any.
	WavePulse vitals.Quantity
	Tier      guideline.Tier // with symptoms and repeats counted
	// History are earlier results of the same person, oldest first.
	History []records.Observation
	Own     bool // it is the newest of an instrument that the person has brought
}

// State returns what the screens may show now.
func (v *Visit) State() State {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	s := State{
		Step: v.step, Language: v.language, Total: v.total,
		Guest: v.p.guest, Returning: v.p.found && v.p.shown, Told: v.p.told != nil && !v.p.shown, WhoError: v.p.whoError, Searching: v.p.searching,
		PINWait: v.p.pinWait, PIN: v.p.pin, Back: v.p.back, MayChoosePIN: v.step == Finish && v.mayChoosePIN(),
		Offers: v.offers(), Panel: v.m.panel, Question: v.asks(), Options: options(v.asks()),
		Cuff: v.cuffShown(), Lie: v.m.lie,
		Live: v.m.live, Reading: len(v.m.attempts) + 1, Readings: v.readings(),
		Rest: v.restState(now), Arm: v.arms(), Last: v.m.last, Candidates: append([]instruments.Reading(nil), v.m.candidates...),
		Fault: v.m.fault, SavedOn: v.m.savedOn, CanRetry: v.canRetry(), Alarm: v.m.alarm,
		Results: append([]PanelResult(nil), v.p.results...),
		Keeping: v.keeping(), Saved: v.keeping() && len(v.p.results) > 0 && v.p.saving == 0 && v.p.saveError == nil, SaveError: v.p.saveError,
	}
	s.Own, s.agreed = v.ownState(), v.p.keep
	if c, ok := v.calls.Call(v.call); ok {
		s.Call, s.Help = c, true
	}
	if !v.until.IsZero() {
		s.Remaining = max(v.until.Sub(now), 0)
	}
	s.Private = v.idle.private
	if v.idle.warned {
		s.IdleWarning, s.IdleLeft = true, max(v.idle.ends.Sub(now), 0)
	}
	if e := v.p.encounter; e != nil {
		s.Encounter = cloneEncounter(e)
		s.Encounter.Observations = append(s.Encounter.Observations, v.p.unkept...)
		if e.Patient != nil && v.p.found && !v.p.shown {
			told := *v.p.told
			told.ID = e.Patient.ID
			s.Encounter.Patient = &told
		}
		if p := s.Encounter.Patient; p != nil {
			s.Name = p.Given
		}
	}
	return s
}

// offers are those of the counter, less what was measured already.
func (v *Visit) offers() []Offer {
	list := OffersOf(v.cfg.Instruments.Attached())
	for i := range list {
		if list[i].Status == OfferReady && v.resultOf(list[i].Panel) != nil {
			list[i].Status = OfferDone
		}
	}
	return list
}

// OffersOf lists the panels for which an instrument is really there, best state
// first where there are several.
func OffersOf(attached []instruments.Attached) []Offer {
	rank := map[OfferStatus]int{OfferReady: 4, OfferBusy: 3, OfferConnecting: 2, OfferAsleep: 1, OfferNeedsStaff: 1}
	best := map[vitals.Panel]Offer{}
	for _, a := range attached {
		status, ok := offerStatus(a)
		if !ok {
			continue
		}
		if rank[status] > rank[best[a.Model.Panel].Status] {
			best[a.Model.Panel] = Offer{a.Model.Panel, status, a.Model}
		}
	}
	var list []Offer
	for _, p := range vitals.Panels() {
		if o, ok := best[p]; ok {
			list = append(list, o)
		}
	}
	return list
}

func offerStatus(a instruments.Attached) (OfferStatus, bool) {
	switch a.State {
	case instruments.Ready, instruments.Recognised:
		return OfferReady, true
	case instruments.InUse:
		return OfferBusy, true
	case instruments.Silent:
		if a.Fault == instruments.AbortUnconfirmed || a.Fault == instruments.OutOfOrder {
			return OfferNeedsStaff, true
		}
		return OfferAsleep, true
	}
	return "", false
}

func (v *Visit) resultOf(p vitals.Panel) *PanelResult {
	for i := range v.p.results {
		if v.p.results[i].Panel == p {
			return &v.p.results[i]
		}
	}
	return nil
}

// cloneEncounter copies deep enough that the visit can go on while a screen or
// a report reads.
func cloneEncounter(e *records.Encounter) *records.Encounter {
	c := *e
	if e.Patient != nil {
		p := *e.Patient
		c.Patient = &p
	}
	c.Consents = append([]records.Consent(nil), e.Consents...)
	c.Answers = append([]records.Answer(nil), e.Answers...)
	c.Observations = append([]records.Observation(nil), e.Observations...)
	return &c
}
