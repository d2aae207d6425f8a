package visit_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// TestPressureVisit walks the whole way of a blood pressure.
func TestPressureVisit(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BloodPressure)
		s := k.do(k.v.Prepared(), visit.Rest)
		if s.Total != 5*time.Minute || s.Remaining != 5*time.Minute {
			t.Errorf("the rest takes %v of %v", s.Remaining, s.Total)
		}
		k.pass(2 * time.Minute)
		if left := k.want(visit.Rest).Remaining; left != 3*time.Minute {
			t.Errorf("%v left of the rest", left)
		}
		k.pass(3 * time.Minute)
		k.want(visit.Ready)
		for i, r := range []*instruments.Reading{pressure(142, 88, 70), pressure(134, 84, 72), pressure(130, 82, 68)} {
			if s := k.want(visit.Ready); s.Reading != i+1 || s.Readings != 3 {
				t.Errorf("reading %d of %d, want %d of 3", s.Reading, s.Readings, i+1)
			}
			if i == 2 {
				k.inflate(reads(r), visit.Result)
				break
			}
			s := k.inflate(reads(r), visit.Pause)
			if s.Last == nil || s.Total != time.Minute {
				t.Errorf("in the pause: last %v, %v", s.Last, s.Total)
			}
			k.pass(time.Minute - time.Millisecond)
			k.want(visit.Pause)
			k.pass(time.Millisecond)
		}
		s = k.want(visit.Result)
		res := s.Results[0]
		if numbers(res.Values) != "132/83/70" || res.Readings != 2 || res.Verdict != guideline.Enough || len(res.Notes) > 0 {
			t.Errorf("result %s of %d, %s, notes %v", numbers(res.Values), res.Readings, res.Verdict, res.Notes)
		}
		if !s.Saved || !s.Keeping || s.Name != canary {
			t.Errorf("saved %t, keeping %t, name %q", s.Saved, s.Keeping, s.Name)
		}
		k.do(k.v.Done(), visit.Finish)
		k.do(k.v.Leave(), visit.Welcome)
		checkPressureRecord(t, k.store.last(t))
	})
}

func checkPressureRecord(t *testing.T, e *records.Encounter) {
	t.Helper()
	if e.Status != records.Finished || e.Ended.IsZero() || e.Patient == nil || e.Zone != "Europe/Rome" || e.Revision != 2 {
		t.Errorf("encounter %s, ended %v, patient %v, zone %s, revision %d", e.Status, e.Ended, e.Patient, e.Zone, e.Revision)
	}
	var excluded []string
	var used []records.ID
	for _, o := range e.Observations {
		excluded = append(excluded, o.Excluded)
		if o.Excluded == visit.ExcludedAveraged {
			used = append(used, o.ID)
		}
	}
	want := []string{visit.ExcludedFirst, visit.ExcludedAveraged, visit.ExcludedAveraged, ""}
	if !slices.Equal(excluded, want) {
		t.Fatalf("observations are %q, want %q", excluded, want)
	}
	mean := e.Observations[3]
	if numbers(mean.Values) != "132/83/70" || !slices.Equal(mean.MeanOf, used) || len(mean.Judged) == 0 || mean.Judged[0].Source == "" {
		t.Errorf("mean %s of %v, judged %v", numbers(mean.Values), mean.MeanOf, mean.Judged)
	}
	first := e.Observations[0]
	if first.Origin.Device.Adapter != "A1" || first.Origin.Driver != "fake-blood-pressure" || first.Number != 1 {
		t.Errorf("first reading: number %d from %+v", first.Number, first.Origin)
	}
	var consents []string
	for _, c := range e.Consents {
		if c.Given && c.Version == "2" {
			consents = append(consents, c.Purpose)
		}
	}
	if !slices.Equal(consents, []string{records.ConsentMeasure, records.ConsentKeep}) {
		t.Errorf("agreed to %v", consents)
	}
}

// TestSeries follows the vectors of the averaging rules through the visit; "e"
// is an inflation that failed.
func TestSeries(t *testing.T) {
	for _, test := range []struct {
		series  string
		result  string
		verdict guideline.Verdict
		note    string
	}{
		{"142/88 134/84 130/82", "132/83", guideline.Enough, ""},
		{"150/90 139/85 130/84", "135/85", guideline.Enough, ""},
		{"150/90 141/85 130/84 132/84", "131/84", guideline.Enough, ""},
		{"e 130/84 128/82 126/80", "127/81", guideline.Enough, ""},
		{"e 128/82 126/80 e e", "127/81", guideline.Enough, ""},
		{"160/95 150/90 138/85 150/88 139/84", "145/86", guideline.SpreadNoted, visit.NoteSpread},
		{"128/82 e e e e", "128/82", guideline.SingleReading, visit.NoteSingle},
		{"e e e e e", "", guideline.NoReading, ""},
	} {
		t.Run(test.series, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(1970)
				k.cuffed()
				runSeries(k, test.series)
				if n := k.rack.started(); n != len(strings.Fields(test.series)) {
					t.Errorf("%d inflations", n)
				}
				if test.result == "" {
					k.want(visit.Choose)
					if len(k.store.saved()) > 0 {
						t.Error("something was saved")
					}
					return
				}
				res := k.want(visit.Result).Results[0]
				got := numbers(res.Values[:2])
				if got != test.result || res.Verdict != test.verdict || (test.note != "") != slices.Contains(res.Notes, test.note) {
					t.Errorf("%s, %s, notes %v", got, res.Verdict, res.Notes)
				}
			})
		})
	}
}

// retryCuff tries again after a failed inflation: the arm rests as long as
// between two readings.
func (k *kiosk) retryCuff() {
	k.t.Helper()
	k.do(k.v.Retry(), visit.Pause)
	k.pass(time.Minute - time.Second)
	k.want(visit.Pause)
	k.pass(2 * time.Second)
	k.want(visit.Ready)
}

// runSeries inflates as long as the visit goes on, and gives up at its end.
func runSeries(k *kiosk, series string) {
	k.t.Helper()
	for attempt := range strings.FieldsSeq(series) {
		k.want(visit.Ready)
		if attempt == "e" {
			k.inflate(fails(vitals.BloodPressure, instruments.Moved), visit.Trouble)
			if k.v.State().CanRetry {
				k.retryCuff()
			}
			continue
		}
		k.rack.then(reads(pressureOf(k.t, attempt)))
		k.do(k.v.StartReading(), visit.Measure)
		k.pass(inflationTime)
		if k.v.State().Step == visit.Pause {
			k.pass(time.Minute)
		}
	}
	if k.v.State().Step == visit.Trouble {
		k.refused(k.v.Retry())
		if err := k.v.GiveUp(); err != nil {
			k.t.Fatal(err)
		}
	}
}

func pressureOf(t *testing.T, s string) *instruments.Reading {
	t.Helper()
	systolic, diastolic, _ := strings.Cut(s, "/")
	a, err := vitals.ParseDecimal(systolic)
	if err != nil {
		t.Fatal(err)
	}
	b, err := vitals.ParseDecimal(diastolic)
	if err != nil {
		t.Fatal(err)
	}
	return pressure(a.Int(), b.Int(), 70)
}

// TestOneTapOneInflation: whatever is touched during a measurement, the pump
// was told to run once.
func TestOneTapOneInflation(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.cuffed()
		k.rack.then(reads(pressure(120, 75, 60)), reads(pressure(120, 75, 60)))
		k.do(k.v.StartReading(), visit.Measure)
		for range 5 {
			k.refused(k.v.StartReading())
			k.refused(k.v.Prepared())
			k.refused(k.v.Retry())
			k.refused(k.v.Repeat())
			k.refused(k.v.ChoosePanel(vitals.BloodPressure))
			k.rack.notify()
			k.pass(time.Second)
		}
		k.pass(time.Hour) // nobody taps in the pause or at its end
		k.want(visit.Welcome)
		if k.rack.started() != 1 || k.rack.most != 1 {
			t.Errorf("%d inflations, %d at once", k.rack.started(), k.rack.most)
		}
	})
}

// TestFailedBeforeThePump: what failed before the cuff was pumped up is not an
// inflation.
func TestFailedBeforeThePump(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.cuffed()
		for range 7 {
			k.rack.then(refuses(instruments.PortBusy))
			k.do(k.v.StartReading(), visit.Trouble)
			k.do(k.v.Retry(), visit.Ready)
		}
		if s := k.v.State(); s.Reading != 1 {
			t.Errorf("reading %d after nothing was pumped", s.Reading)
		}
	})
}

// TestDriverWithoutReading: an inflation that a driver forgot to tell the end
// of is one, too.
func TestDriverWithoutReading(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.cuffed()
		for i := range 5 {
			s := k.inflate(runs(vitals.BloodPressure, nil), visit.Trouble)
			if s.Fault.Code != instruments.Internal || s.CanRetry != (i < 4) {
				t.Fatalf("inflation %d: %v, retry %t", i+1, s.Fault, s.CanRetry)
			}
			if s.CanRetry {
				k.retryCuff()
			}
		}
	})
}

func TestSkipRest(t *testing.T) {
	for _, reason := range visit.SkipReasons() {
		bubble(t, func(k *kiosk) {
			k.person(1970)
			k.prepare(vitals.BloodPressure)
			k.do(k.v.Prepared(), visit.Rest)
			k.refused(k.v.SkipRest("because"))
			k.want(visit.Rest)
			k.do(k.v.SkipRest(reason), visit.Ready)
			runSeries(k, "120/75 120/75 120/75")
			res := k.want(visit.Result).Results[0]
			if !slices.Contains(res.Notes, visit.NoteRestSkipped) {
				t.Errorf("notes %v", res.Notes)
			}
			e := k.store.last(t)
			if !slices.ContainsFunc(e.Answers, func(a records.Answer) bool { return a.Question == "rest-skipped" && a.Answer == reason }) {
				t.Errorf("answers %v", e.Answers)
			}
			if mean := e.Observations[len(e.Observations)-1]; !slices.Contains(mean.Notes, visit.NoteRestSkipped) {
				t.Errorf("kept notes %v", mean.Notes)
			}
		})
	}
}

// TestGiveUp keeps the readings that were good.
func TestGiveUp(t *testing.T) {
	for _, from := range []visit.Step{visit.Pause, visit.Ready, visit.Trouble} {
		t.Run(string(from), func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(1970)
				k.cuffed()
				k.inflate(reads(pressure(128, 82, 70)), visit.Pause)
				if from != visit.Pause {
					k.pass(time.Minute)
				}
				if from == visit.Trouble {
					k.inflate(fails(vitals.BloodPressure, instruments.CuffLoose), visit.Trouble)
				}
				k.want(from)
				res := k.do(k.v.GiveUp(), visit.Result).Results[0]
				if numbers(res.Values) != "128/82/70" || res.Readings != 1 || res.Verdict != guideline.SingleReading ||
					!slices.Contains(res.Notes, visit.NoteSingle) {
					t.Errorf("%s of %d, %s, %v", numbers(res.Values), res.Readings, res.Verdict, res.Notes)
				}
				e := k.store.last(t)
				if len(e.Observations) != 1 || !e.Observations[0].Result() || len(e.Observations[0].Judged) == 0 {
					t.Errorf("kept %+v", e.Observations)
				}
				k.pass(2 * time.Second) // the pause's timer is gone
				k.want(visit.Result)
			})
		})
	}
}

func TestStopDuringMeasure(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.cuffed()
		k.rack.then(reads(pressure(128, 82, 70)))
		k.do(k.v.StartReading(), visit.Measure)
		k.pass(5 * time.Second)
		if live := k.v.Live(); live.Pressure != 90 || live.Phase != instruments.Inflating {
			t.Errorf("live %+v", live)
		}
		k.do(k.v.Stop(), visit.Stopping)
		k.refused(k.v.Stop())
		if !k.rack.busy() {
			t.Error("the cuff was safe at once")
		}
		k.pass(deflationTime)
		s := k.want(visit.Trouble)
		if s.Fault.Code != instruments.Stopped || !s.CanRetry || s.Reading != 2 {
			t.Errorf("fault %v, retry %t, reading %d", s.Fault, s.CanRetry, s.Reading)
		}
		k.retryCuff()
	})
}

// stuck is a cuff that was not seen to be empty after it was stopped.
func stuck(ctx context.Context, _ instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Inflating})
	<-ctx.Done()
	time.Sleep(deflationTime)
	return instruments.NewFault(instruments.AbortUnconfirmed, "as the test says")
}

// TestAbortUnconfirmed: a cuff that may be tight is shown, even to a person who
// was leaving.
func TestAbortUnconfirmed(t *testing.T) {
	for name, next := range map[string]visit.Step{"stop": visit.Choose, "cancel": visit.Welcome} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(1970)
				k.cuffed()
				k.rack.then(stuck)
				k.do(k.v.StartReading(), visit.Measure)
				if name == "stop" {
					k.do(k.v.Stop(), visit.Stopping)
				} else {
					k.v.Cancel()
				}
				k.want(visit.Stopping)
				k.pass(deflationTime)
				s := k.want(visit.Trouble)
				if s.Fault.Code != instruments.AbortUnconfirmed || s.CanRetry {
					t.Errorf("%v, retry %t", s.Fault, s.CanRetry)
				}
				k.refused(k.v.Retry())
				k.do(k.v.GiveUp(), next)
			})
		})
	}
}
