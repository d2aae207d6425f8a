package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/ui/kit"
)

// voice notes what it is told; what it says goes on until it is stopped.
type voice struct {
	heard    []string
	language string
	volume   int
	speaking bool
	mute     string // a language that there is no voice for
}

func (v *voice) Speaks(language string) bool { return language != v.mute }

func (v *voice) Say(language string, volume int, text string) {
	v.heard, v.language, v.volume, v.speaking = append(v.heard, text), language, volume, true
}

func (v *voice) Then(language string, volume int, text string) { v.Say(language, volume, text) }

func (v *voice) Stop() { v.speaking = false }

func (v *voice) last() string {
	if len(v.heard) == 0 {
		return ""
	}
	return v.heard[len(v.heard)-1]
}

// TestReadingAloud follows a visit whose screens are read aloud: the words are
// those of the screen, a change of screen is silence, and a result is read only
// when the person asks for it.
func TestReadingAloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		v := &voice{}
		s.kiosk.cfg.Voice = v
		s.kiosk.rebuild()
		s.settle()
		if len(v.heard) > 0 {
			t.Fatalf("speaks before it is asked to: %q", v.heard)
		}
		s.kiosk.over.showSpeech(s.kiosk)
		s.tap(words.SpeakFollow)
		for _, key := range []words.Key{words.WelcomeTitle, words.WelcomeStart} {
			if !strings.Contains(v.last(), s.kiosk.t(key)) {
				t.Errorf("the start screen is read as %q, without %q", v.last(), s.kiosk.t(key))
			}
		}
		s.guestCuff()
		s.rack.tell(&instruments.CuffSample{Pressure: 120})
		s.rack.tell(pressures(125, 77, 70))
		s.rack.finish(nil)
		s.settle()
		s.must(s.visit.GiveUp(), visit.Result)
		for _, text := range v.heard {
			if strings.Contains(text, "125") || strings.Contains(text, "77") {
				t.Errorf("a result was read without being asked for: %q", text)
			}
		}
		if v.last() != s.kiosk.t(words.SpeakResult) {
			t.Errorf("the result is announced as %q", v.last())
		}
		s.kiosk.over.showSpeech(s.kiosk)
		if v.speaking {
			t.Error("speaks on when the loudspeaker is pressed")
		}
		s.tap(words.SpeakThis)
		if want := "125 over 77 millimetres of mercury."; !strings.Contains(v.last(), want) {
			t.Errorf("the result is read as %q, want %q in it", v.last(), want)
		}
		s.visit.SetLanguage("de")
		s.settle()
		if v.language != "de" {
			t.Errorf("speaks %q on a German screen", v.language)
		}
		s.kiosk.speech.follow = false
		v.speaking = true
		s.must(s.visit.MeasureAnother(), visit.Choose)
		if v.speaking {
			t.Error("speaks on when the screen changes")
		}
		s.kiosk.speech.follow = true
		s.visit.Cancel()
		s.settle()
		if s.kiosk.speech.follow {
			t.Error("the next person is read to")
		}
	})
}

// TestVolume goes from quiet to loud and no further.
func TestVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1024x600"], kit.Look{})
		defer s.close()
		v := &voice{}
		s.kiosk.cfg.Voice = v
		for _, step := range []struct {
			key  words.Key
			want int
		}{{words.SpeakLouder, 80}, {words.SpeakLouder, 100}, {words.SpeakLouder, 100}, {words.SpeakQuieter, 80}} {
			s.kiosk.over.showSpeech(s.kiosk)
			s.tap(step.key)
			if v.volume != step.want {
				t.Errorf("volume %d after %s, want %d", v.volume, step.key, step.want)
			}
		}
	})
}

// TestSharingIsAskedFor: results go to a server only after a person has ticked
// the box, which has no tick by itself, and a guest is not asked.
func TestSharingIsAskedFor(t *testing.T) {
	for _, ticked := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(t, "en", sizes["1280x800"], kit.Look{})
			defer s.close()
			s.must(s.visit.Begin(), visit.Who)
			s.must(s.visit.Identify("Ada", "Byron", 1960, 1, 2), visit.Consent)
			var box *kit.Check
			s.walk(func(o fyne.CanvasObject) {
				if c, ok := o.(*kit.Check); ok {
					box = c
				}
			})
			if box == nil || box.On() {
				t.Fatalf("box %v: it must be there, without a tick", box)
			}
			if ticked {
				box.Tapped(nil)
			}
			s.tap(words.ConsentAgree)
			s.at(visit.Choose)
			given := map[string]bool{}
			for _, c := range s.visit.State().Encounter.Consents {
				given[c.Purpose] = c.Given
			}
			if !given[records.ConsentKeep] || given[records.ConsentShare] != ticked {
				t.Errorf("ticked %v: consents %v", ticked, given)
			}
		})
	}
}

// TestNoVoiceForALanguage: where the engine does not speak a language no loudspeaker is
// offered, nothing is asked of it, and the next language has it again.
func TestNoVoiceForALanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		v := &voice{mute: "fa"}
		s.kiosk.cfg.Voice = v
		offered := func(lang string) bool {
			s.visit.SetLanguage(lang)
			s.kiosk.rebuild()
			s.settle()
			found := false
			s.walk(func(o fyne.CanvasObject) {
				b, ok := o.(*kit.Button)
				found = found || ok && b.Name() == s.kiosk.t(words.SpeakTitle)
			})
			return found
		}
		for lang, want := range map[string]bool{"en": true, "fa": false, "ar": true} {
			if got := offered(lang); got != want {
				t.Errorf("%s: a loudspeaker is offered: %v, want %v", lang, got, want)
			}
		}
		s.visit.SetLanguage("fa")
		s.settle()
		s.kiosk.sayAloud("x")
		s.kiosk.sayThen("x")
		if len(v.heard) > 0 {
			t.Errorf("the engine is asked for %q", v.heard)
		}
	})
}
