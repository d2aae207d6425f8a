package kiosk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/app/voice/clips"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// fiveKeys are those of the tests' keypad.
var fiveKeys = Keypad{Previous: fyne.KeyUp, Next: fyne.KeyDown, Select: fyne.KeyReturn, Back: fyne.KeyEscape, Help: fyne.KeyF1}

// A listener works the kiosk without looking: it knows what was said, and presses
// five keys as the window hands them on.
type listener struct {
	s     *stage
	t     *testing.T
	lang  words.Lang
	voice *voice
	from  int // of what was said, what was not heard yet
}

func newListener(s *stage, lang string) *listener {
	s.kiosk.cfg.Keypad = fiveKeys
	return &listener{s: s, t: s.t, lang: s.kiosk.cfg.Words.Lang(lang), voice: s.kiosk.cfg.Voice.(*voice)}
}

// hears returns what was said since it listened last.
func (l *listener) hears() string {
	said := strings.Join(l.voice.heard[l.from:], "\n")
	l.from = len(l.voice.heard)
	return said
}

// expects fails unless all of these are heard.
func (l *listener) expects(wants ...string) string {
	l.t.Helper()
	said := l.hears()
	for _, want := range wants {
		if !strings.Contains(said, want) {
			l.t.Fatalf("not said: %q. What is said:\n%s", want, said)
		}
	}
	return said
}

func (l *listener) says(key words.Key, args ...words.Arg) string {
	return l.s.kiosk.aloud(l.lang.T(key, args...))
}

// key presses a key and waits a moment.
func (l *listener) key(name fyne.KeyName) {
	c := l.s.window.Canvas()
	e := &fyne.KeyEvent{Name: name}
	if f := c.Focused(); f != nil {
		f.TypedKey(e)
	} else if typed := c.OnTypedKey(); typed != nil {
		typed(e)
	}
	l.s.settle()
	l.s.after(time.Second)
}

// choose goes on until it hears a control by its name, and presses it.
func (l *listener) choose(key words.Key) {
	l.t.Helper()
	l.find(l.lang.T(key))
	l.key(fyne.KeyReturn)
}

func (l *listener) find(name string) {
	l.t.Helper()
	var all []string
	for range 80 {
		l.hears()
		l.key(fyne.KeyDown)
		said := l.hears()
		if strings.HasPrefix(said, name) {
			return
		}
		if slices.Contains(all, said) {
			break // once round
		}
		all = append(all, said)
	}
	l.t.Fatalf("%q is on no control. What is said all round:\n%s", name, strings.Join(all, "\n---\n"))
}

// measured is a reading of the cuff with all that is said meanwhile.
func (l *listener) measured(sys, dia int) {
	l.t.Helper()
	l.choose(words.RestGo)
	l.expects(l.says(words.MeasureBPReading, words.With("n", 1), words.With("total", 3))[:6], l.lang.T(words.MeasureStop))
	for _, step := range []struct {
		phase instruments.Phase
		says  words.Key
	}{{instruments.Inflating, words.MeasureBPFilling}, {instruments.Measuring, words.MeasureBPMeasuring}} {
		l.s.rack.tell(&instruments.Progress{Phase: step.phase}, &instruments.CuffSample{Pressure: 120})
		l.s.after(2 * time.Second)
		l.expects(l.lang.T(step.says))
	}
	l.s.rack.tell(pressures(sys, dia, 70))
	l.s.rack.finish(nil)
	l.s.settle()
	l.s.after(time.Second)
}

// TestScreenOff takes a person who sees nothing through a whole visit, alone:
// headphones in, five keys, and what is said.
func TestScreenOff(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, lang, sizes["1280x800"], kit.Look{})
				defer s.close()
				l := newListener(s, lang)
				s.kiosk.Headphones(true)
				s.settle()
				l.expects(l.lang.T(words.SpeakKeys), l.lang.T(words.WelcomeTitle))
				l.choose(words.WelcomeStart)
				l.expects(l.lang.T(words.ChooseTitle))
				l.choose(words.ChooseBP)
				l.expects(l.lang.T(words.SuitFit), l.lang.T(words.SuitChestPain), l.lang.T(words.SuitArmPress), l.lang.T(words.SuitAgree))
				l.choose(words.SuitNone)
				if said := l.hears(); !strings.Contains(said, l.lang.T(words.PrepareBPTitle)) || !strings.Contains(said, l.lang.T(words.PrepareBPBare)) {
					t.Fatalf("how to get ready is not said:\n%s", said)
				}
				l.choose(words.PrepareReady)
				left := func(d time.Duration) string { return l.lang.T(words.SpeakLeft, words.With("time", l.lang.Duration(d))) }
				l.expects(l.lang.T(words.RestTitle))
				s.after(5*time.Minute + 2*time.Second)
				l.expects(left(4*time.Minute), left(time.Minute), left(10*time.Second), l.lang.T(words.RestDone))
				l.measured(142, 88)
				unit := l.lang.T(words.UnitsMMHg)
				spoken := func(top, bottom int) string {
					return l.lang.T(words.UnitsBPSpoken, words.With("top", top), words.With("bottom", bottom)) + " " + unit
				}
				l.expects(l.lang.T(words.MeasureBPPause), spoken(142, 88))
				s.after(61 * time.Second)
				l.expects(left(30*time.Second), l.lang.T(words.PrepareBPQuiet))
				l.measured(134, 84)
				s.after(61 * time.Second)
				l.hears()
				l.measured(130, 82)
				s.after(2 * time.Second)
				l.expects(l.lang.T(words.ResultTitle), spoken(132, 83), l.lang.N(words.ResultAverage, 2), l.lang.T(words.FinishGuest))
				l.choose(words.ResultGoOn)
				l.expects(l.lang.T(words.TakeTitle), spoken(132, 83))
				l.choose(words.TakeDone)
				l.expects(l.lang.T(words.FinishCancelled), l.lang.T(words.WelcomeTitle))
				s.at(visit.Welcome)
			})
		})
	}
}

// silent fails the test if anything is said.
func (l *listener) silent(what string) {
	l.t.Helper()
	if said := l.hears(); said != "" {
		l.t.Errorf("%s: %q is said", what, said)
	}
}

// TestNumbersStayPrivate: without headphones no number of a result is said unless
// it is asked for with a key.
func TestNumbersStayPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		l.key(fyne.KeyDown)
		l.expects(l.lang.T(words.SpeakKeys), l.lang.T(words.WelcomeTitle))
		s.guestCuff()
		s.rack.tell(pressures(125, 77, 70))
		s.rack.finish(nil)
		s.settle()
		s.after(5 * time.Second)
		s.must(s.visit.GiveUp(), visit.Result)
		s.after(time.Second)
		if said := l.hears(); strings.Contains(said, "125") || strings.Contains(said, "77") {
			t.Errorf("a number was said to everybody:\n%s", said)
		} else if !strings.Contains(said, l.lang.T(words.SpeakResultKeys)) {
			t.Errorf("how to hear the result is not said:\n%s", said)
		}
		l.key(fyne.KeyReturn)
		l.expects("125 over 77 millimetres of mercury")
	})
}

// TestHeadphonesOut: it is silent at once, says nothing more, and the visit goes on.
func TestHeadphonesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		s.kiosk.Headphones(true)
		s.settle()
		l.choose(words.WelcomeKeep)
		l.choose(words.WhoGuest)
		l.hears()
		s.kiosk.Headphones(false)
		s.settle()
		if l.voice.speaking {
			t.Error("speaks on through the loudspeaker")
		}
		l.key(fyne.KeyDown)
		s.must(s.visit.Back(), visit.Who)
		s.after(3 * time.Second)
		l.silent("headphones are out")
		s.kiosk.Headphones(true)
		s.settle()
		l.expects(l.lang.T(words.WhoTitle))
		s.visit.Cancel()
		s.settle()
		l.expects(l.lang.T(words.FinishCancelled))
		if !s.kiosk.speech.follow {
			t.Error("headphones are in, and the next person hears nothing")
		}
	})
}

// TestHelpByKey calls for help with one key on every screen, and goes back to it.
func TestHelpByKey(t *testing.T) {
	tour(t, "en", sizes["1024x600"], kit.Look{}, func(s *stage, screen string) {
		if s.kiosk.cfg.Keypad == (Keypad{}) {
			s.kiosk.cfg.Keypad = fiveKeys
		}
		if s.kiosk.mends != nil {
			return // there is no visit yet
		}
		l := newListener(s, "en")
		l.hears()
		c := s.window.Canvas()
		if f := c.Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
		} else {
			c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF1})
		}
		s.settle()
		if said := l.hears(); !strings.Contains(said, l.lang.T(words.UrgentStaffCalled)) || len(s.calls.Open()) != 1 {
			t.Errorf("%s: %d calls are open, and it says:\n%s", screen, len(s.calls.Open()), said)
		}
		s.visit.HelpArrived()
		s.kiosk.over.close()
		s.settle()
	})
}

// TestEveryStop finds on each screen all that can be pressed among what the keys
// reach, each with a name that is said.
func TestEveryStop(t *testing.T) {
	for _, size := range []string{"1280x800", "1080x1920"} {
		tour(t, "en", sizes[size], kit.Look{}, func(s *stage, screen string) {
			stops := s.kiosk.stops()
			for _, f := range s.presses() {
				if !slices.Contains(stops, f) {
					t.Errorf("%s: the keys do not reach %s", screen, describe(f))
				}
			}
			for _, f := range stops {
				if c := kit.Describe(f); c.Name == "" {
					t.Errorf("%s: %s has no name", screen, describe(f))
				}
			}
		})
	}
}

// TestWaitingIsSaid: that the visit is going to end is said, counted, and stopped
// by any key, which does nothing else.
func TestWaitingIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		l.key(fyne.KeyDown)
		l.choose(words.WelcomeKeep)
		l.hears()
		s.after(3*time.Minute + 2*time.Second) // three times as long as others have
		l.expects(l.lang.T(words.IdleTitle))
		s.after(35 * time.Second)
		if n := strings.Count(l.hears(), "This visit ends in"); n < 3 || n > 4 {
			t.Errorf("it is counted %d times in 35 seconds", n)
		}
		l.key(fyne.KeyDown)
		if said := l.hears(); s.visit.State().IdleWarning || strings.Contains(said, "button") {
			t.Errorf("a key goes on, and says %q", said)
		}
		s.at(visit.Who)
	})
}

// TestMistakesAreSaid: what is wrong is said when it comes to stand on the screen.
func TestMistakesAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		l.key(fyne.KeyDown)
		l.choose(words.WelcomeKeep)
		l.choose(words.WhoPhone)
		l.expects(l.lang.T(words.WhoPhoneTitle))
		for _, letter := range "12" {
			l.find(string(letter))
			l.key(fyne.KeyReturn)
			l.expects(string(letter))
		}
		l.choose(words.CommonNext)
		l.expects(l.lang.T(words.WhoErrorPhone))
		l.key(fyne.KeyEscape)
		l.expects(l.lang.T(words.WhoTitle))
		s.guestCuffFrom()
		s.rack.finish(instruments.NewFault(instruments.CuffLoose, ""))
		s.settle()
		s.after(time.Second)
		what, remedy, _ := words.FaultWords("blood-pressure", string(instruments.CuffLoose))
		if what == "" {
			what, remedy = words.FaultTitle(string(instruments.CuffLoose)), words.FaultRemedy(string(instruments.CuffLoose))
		}
		l.expects(l.lang.T(what), l.lang.T(remedy))
	})
}

// TestBackStopsTheCuff at once, from the key that leads back elsewhere.
func TestBackStopsTheCuff(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn} {
		t.Run(fmt.Sprint(key), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "en", sizes["1280x800"], kit.Look{})
				defer s.close()
				l := newListener(s, "en")
				l.key(fyne.KeyDown)
				s.guestCuff()
				s.rack.tell(&instruments.CuffSample{Pressure: 120})
				s.after(time.Second)
				l.key(key)
				s.at(visit.Trouble)
			})
		})
	}
}

// TestLanguagesNameThemselves: whoever looks for their language with the keys hears each
// in its own, as far as there is a voice for it, and from clips where there is no engine.
func TestLanguagesNameThemselves(t *testing.T) {
	rules, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		l.voice.mute = "vi"
		s.kiosk.Headphones(true)
		s.settle()
		s.kiosk.over.showLanguages(s.kiosk)
		s.settle()
		catalogue := s.kiosk.cfg.Words
		for _, named := range catalogue.Langs() {
			l.find(named.Name())
			in := named
			if named.Tag() == l.voice.mute {
				in = l.lang
			}
			said := l.voice.last()
			if l.voice.language != in.Tag() || !strings.HasPrefix(said, in.T(words.SpeakButton, words.With("name", named.Name()))) {
				t.Errorf("%s is said in %q as %q", named.Name(), l.voice.language, said)
			}
			if missing := clips.Missing(clips.Plan(catalogue, in, rules), in.Decimal())(said); len(missing) > 0 {
				t.Errorf("%q has no clip for %q", said, missing)
			}
		}
	})
}
