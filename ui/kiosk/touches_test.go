package kiosk

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// TestTouches takes people from the start screen to an instrument at work with as many
// touches as the README says, three or four, and no other.
func TestTouches(t *testing.T) {
	for _, j := range []struct {
		name string
		scan string // of a card, before anything is touched
		cuff intended.Range
		taps []words.Key
	}{
		{"blood pressure, by its picture", "", intended.Range{},
			[]words.Key{words.ChooseBP, words.SuitNone, words.RestGo}},
		{"blood pressure, with a cuff that may not fit", "", intended.Range{From: 22, To: 42},
			[]words.Key{words.ChooseBP, words.SuitNone, words.SuitCuffStart}},
		{"oxygen, by its picture", "", intended.Range{},
			[]words.Key{words.ChooseSpO2, words.SuitNone, words.PrepareReady}},
		{"blood pressure, by the large button", "", intended.Range{},
			[]words.Key{words.WelcomeStart, words.ChooseBP, words.SuitNone, words.RestGo}},
		{"blood pressure, with a card at the scanner", "4711", intended.Range{},
			[]words.Key{words.ConsentAgree, words.ChooseBP, words.SuitNone, words.RestGo}},
	} {
		t.Run(j.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "en", sizes["1280x800"], kit.Look{})
				defer s.close()
				s.cuff = j.cuff
				s.store.known = &records.Patient{ID: "p1", Given: "Amina", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}}
				if j.scan != "" {
					s.scan(j.scan)
				}
				for _, key := range j.taps {
					s.until(func(st visit.State) bool {
						return st.Step != visit.Prepare && st.Step != visit.Rest || key == words.PrepareReady
					})
					s.after(time.Second)
					s.tap(key)
				}
				s.at(visit.Measure)
			})
		})
	}
}

// TestFingerOnItsWay: whoever is about to say how the arm lies when the rest ends has
// not started the cuff by that.
func TestFingerOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.cuff = intended.Range{From: 22, To: 42}
		s.must(s.visit.JustMeasure(vitals.BloodPressure), visit.Question)
		s.answerAll()
		s.must(s.visit.Prepared(), visit.Rest)
		time.Sleep(5 * time.Minute)
		s.must(nil, visit.Ready)
		s.tap(words.SuitCuffStart)
		s.at(visit.Ready)
		s.after(unread)
		s.tap(words.SuitCuffStart)
		s.at(visit.Measure)
	})
}

// scan is a card before a scanner that types, with nothing in focus.
func (s *stage) scan(code string) {
	for _, r := range code {
		if f := s.window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else {
			s.window.Canvas().OnTypedRune()(r)
		}
		s.settle()
	}
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.after(time.Second)
}
