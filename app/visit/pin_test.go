package visit_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
)

// Nothing of a person is told before the right PIN; the ways out of the question
// lead to a stranger or back.
func TestPINKeepsAPersonHidden(t *testing.T) {
	const right = "483920"
	known := &records.Patient{ID: records.NewID(), Given: canary, Created: time.Now()}
	hidden := func(k *kiosk, s visit.State) {
		if s.Returning || s.Name != "" || s.Encounter.Patient != nil {
			k.t.Errorf("at %s without the PIN the state tells of %q", s.Step, s.Name)
		}
	}
	for name, test := range map[string]struct {
		do    func(*kiosk) error
		lock  error
		want  visit.Step
		said  visit.WhoError
		knows bool
	}{
		"wrong":   {do: func(k *kiosk) error { return k.v.EnterPIN("550281") }, want: visit.PIN, said: visit.WhoPINWrong},
		"wait":    {do: func(k *kiosk) error { return k.v.EnterPIN(right) }, lock: &records.LockedError{Wait: time.Minute}, want: visit.PIN, said: visit.WhoPINWait},
		"locked":  {do: func(k *kiosk) error { return k.v.EnterPIN(right) }, lock: &records.LockedError{}, want: visit.PIN, said: visit.WhoPINLocked},
		"broken":  {do: func(k *kiosk) error { return k.v.EnterPIN(right) }, lock: errors.New("disk"), want: visit.PIN, said: visit.WhoStore},
		"back":    {do: func(k *kiosk) error { return k.v.Back() }, want: visit.Who},
		"without": {do: func(k *kiosk) error { return k.v.WithoutPIN() }, want: visit.Consent},
		"right":   {do: func(k *kiosk) error { return k.v.EnterPIN(right) }, want: visit.Consent, knows: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.store.known, k.store.pin, k.store.lock = known, right, test.lock
				k.do(k.v.Begin(), visit.Who)
				hidden(k, k.do(k.v.Card("123"), visit.PIN))
				s := k.do(test.do(k), test.want)
				switch {
				case s.WhoError != test.said:
					t.Errorf("it says %q, want %q", s.WhoError, test.said)
				case s.Returning != test.knows:
					t.Errorf("known: %t, want %t", s.Returning, test.knows)
				case test.want != visit.Consent:
					hidden(k, s)
				case !test.knows && s.Encounter.Patient.ID == known.ID:
					t.Error("a stranger became the person")
				}
			})
		})
	}
}

// A PIN is chosen only for results that are kept, and once.
func TestChoosingAPIN(t *testing.T) {
	for name, test := range map[string]struct {
		keep bool
		pin  string
		want visit.PINState
	}{
		"kept":     {true, "483920", visit.PINChosen},
		"weak":     {true, "111111", visit.PINWeak},
		"not kept": {false, "483920", visit.PINNone},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.do(k.v.Begin(), visit.Who)
				k.do(k.v.Card("123"), visit.Consent)
				k.do(k.v.Agree(test.keep, false), visit.Choose)
				k.measureOximeter(98)
				s := k.do(k.v.Done(), visit.Finish)
				if s.MayChoosePIN != test.keep {
					t.Fatalf("a PIN may be chosen: %t", s.MayChoosePIN)
				}
				err := k.v.ChoosePIN(test.pin)
				synctest.Wait()
				if got := k.v.State().PIN; got != test.want || (err != nil) == test.keep {
					t.Errorf("the PIN is %q (%v), want %q", got, err, test.want)
				}
				if (k.store.pin != "") != (test.want == visit.PINChosen) {
					t.Errorf("the records have %q", k.store.pin)
				}
				if test.want == visit.PINChosen && !errors.Is(k.v.ChoosePIN(test.pin), visit.ErrNotNow) {
					t.Error("a second one is taken")
				}
			})
		})
	}
}
