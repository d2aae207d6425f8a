package visit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// named says who the instrument of a panel is.
func (r *fakeRack) named(p vitals.Panel, serial string, state instruments.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.attached {
		if r.attached[i].Model.Panel == p {
			r.attached[i].Identity.Serial, r.attached[i].State = serial, state
		}
	}
}

// likely sets whether what measures p is ready by its first word.
func (r *fakeRack) likely(p vitals.Panel, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.attached {
		if r.attached[i].Model.Panel == p {
			r.attached[i].Likely = is
		}
	}
}

// enrolled lets nothing measure but the instrument with a serial number.
func (k *kiosk) enrolled(serial string) {
	k.v.Close()
	k.cfg.Admit = func(_ context.Context, a instruments.Attached, own bool) (bool, error) {
		if !own && visit.InstrumentOf(a).Serial != serial {
			return false, &quality.LockedError{Instrument: visit.InstrumentOf(a), Locks: []quality.Lock{quality.NotEnrolled}}
		}
		return false, nil
	}
	k.v = visit.New(k.cfg)
}

func from(r *instruments.Reading, serial string) *instruments.Reading {
	r.Identity.Serial = serial
	return r
}

// TestStrangerInTheSameCable: what was let in is not what the result came from.
func TestStrangerInTheSameCable(t *testing.T) {
	for serial, want := range map[string]visit.Step{"A": visit.Result, "B": visit.Trouble, "": visit.Result} {
		bubble(t, func(k *kiosk) {
			k.enrolled("A")
			k.rack.named(vitals.Oximetry, "A", instruments.Ready)
			k.guest()
			k.prepare(vitals.Oximetry)
			k.rack.then(reads(from(saturation(97, 64), serial)))
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(inflationTime)
			s := k.want(want)
			if want == visit.Trouble && (s.Fault.Code != instruments.LockedOut || len(s.Encounter.Observations) > 0) {
				t.Errorf("%v, kept %v", s.Fault, s.Encounter.Observations)
			}
		})
	}
}

// TestAskedAgainAfterASwap: what was let in once lets nothing else in.
func TestAskedAgainAfterASwap(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.enrolled("A")
		k.rack.named(vitals.Oximetry, "A", instruments.Ready)
		k.guest()
		k.prepare(vitals.Oximetry)
		k.rack.named(vitals.Oximetry, "B", instruments.Ready)
		if s := k.do(k.v.Prepared(), visit.Trouble); s.Fault.Code != instruments.LockedOut || k.rack.started() > 0 {
			t.Errorf("%v after %d measurements", s.Fault, k.rack.started())
		}
	})
}

// TestNamedLate: one that has not said yet who it is, is waited for.
func TestNamedLate(t *testing.T) {
	for _, state := range []instruments.State{instruments.Recognised, instruments.Ready} {
		bubble(t, func(k *kiosk) {
			k.enrolled("A")
			k.rack.named(vitals.Oximetry, "", state)
			k.rack.likely(vitals.Oximetry, state == instruments.Ready)
			k.guest()
			k.prepare(vitals.Oximetry)
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(time.Second)
			if n := k.rack.started(); n > 0 {
				t.Errorf("%s: %d were started of which nobody knew who they are", state, n)
			}
			k.rack.then(reads(from(saturation(97, 64), "A")))
			k.rack.named(vitals.Oximetry, "A", instruments.Ready)
			k.rack.likely(vitals.Oximetry, false)
			k.pass(2 * inflationTime)
			k.want(visit.Result)
		})
	}
}

// TestOtherMeter: a person's own meter with another serial number than before is
// asked about before anything of it is kept.
func TestOtherMeter(t *testing.T) {
	before := func(serial string) records.Observation {
		return records.Observation{
			Panel: vitals.BloodGlucose, Notes: []string{visit.NoteOwnMeter},
			Origin: records.Origin{Device: records.Device{Serial: serial}},
		}
	}
	for _, c := range []struct {
		name   string
		before []records.Observation
		serial string
		asked  bool
	}{
		{"the same", []records.Observation{before("A")}, "A", false},
		{"another", []records.Observation{before("A")}, "B", true},
		{"one of two", []records.Observation{before("A"), before("B")}, "A", false},
		{"the first one", nil, "B", false},
		{"the meter of the place before", []records.Observation{{Panel: vitals.BloodGlucose, Origin: before("A").Origin}}, "B", false},
		{"one that tells no number", []records.Observation{before("A")}, "", false},
	} {
		for _, theirs := range []string{visit.Yes, visit.No} {
			t.Run(c.name+" "+theirs, func(t *testing.T) {
				bubble(t, func(k *kiosk) {
					k.fitted()
					k.store.known = &records.Patient{ID: "p1", Given: "Ada"}
					k.store.history = c.before
					k.person(1970)
					k.prepare(vitals.BloodGlucose)
					k.do(k.v.Prepared(), visit.Question)
					k.rack.then(reads(from(glucose(104, 0), c.serial)))
					k.do(k.v.Answer(visit.MeterOwn), visit.Measure)
					k.pass(inflationTime)
					if !c.asked {
						k.want(visit.Confirm)
						return
					}
					if s := k.want(visit.Question); s.Question != visit.AskOtherMeter || len(k.store.saved()) > 0 {
						t.Fatalf("asked %q after %d saves", s.Question, len(k.store.saved()))
					}
					if theirs == visit.No {
						s := k.do(k.v.Answer(visit.No), visit.Trouble)
						if s.Fault.Code != instruments.OnePerson || len(s.Candidates) > 0 || len(k.store.saved()) > 0 {
							t.Errorf("%v, %d results, %d saves", s.Fault, len(s.Candidates), len(k.store.saved()))
						}
						return
					}
					k.do(k.v.Answer(visit.Yes), visit.Confirm)
					res := k.do(k.v.ConfirmReading(0), visit.Result).Results[0]
					if !slices.Contains(res.Notes, visit.NoteOwnMeter) || !k.said("other-meter", visit.Yes) {
						t.Errorf("notes %v", res.Notes)
					}
				})
			})
		}
	}
}

// TestLentMeterIsSwapped: one that the site lends lets no other one in.
func TestLentMeterIsSwapped(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.v.Close()
		k.cfg.Fit = func(a instruments.Attached, _ intended.Person, own bool) []intended.Objection {
			if a.Model.Panel == vitals.BloodGlucose && a.Identity.Serial != "A" && !own {
				return []intended.Objection{intended.NotToBeShared}
			}
			return nil
		}
		k.v = visit.New(k.cfg)
		k.rack.named(vitals.BloodGlucose, "A", instruments.Ready)
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		k.rack.then(reads(from(glucose(104, 0), "B")))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		if s := k.want(visit.Trouble); s.Fault.Code != instruments.OnePerson || len(s.Candidates) > 0 {
			t.Errorf("%v, %d results", s.Fault, len(s.Candidates))
		}
	})
}
