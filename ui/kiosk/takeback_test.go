package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// TestTakingBack goes with taps through what somebody takes back on the screen of
// consent, at every size: they read what follows, may turn back, and hear that it is done.
func TestTakingBack(t *testing.T) {
	for name, size := range sizes {
		for _, one := range []struct {
			purpose           string
			asks, more, taken words.Key
			guest             bool
		}{
			{records.ConsentShare, words.ConsentTakeShare, words.ConsentTakeShareMore, words.ConsentTakenShare, false},
			{records.ConsentKeep, words.ConsentTakeKeep, words.ConsentTakeKeepMore, words.ConsentTakenKeep, true},
		} {
			t.Run(name+"/"+one.purpose, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStage(t, "en", size, kit.Look{})
					defer s.close()
					s.known()
					s.store.pin = ""
					s.must(s.visit.Begin(), visit.Who)
					s.must(s.visit.Card("1234"), visit.Consent)
					says := func(key words.Key) bool {
						said := s.kiosk.t(key, words.With("place", s.kiosk.cfg.Site.Name))
						return strings.Contains(flat(s.texts()), flat(said))
					}
					s.tap(words.ConsentEarlier)
					s.tap(one.asks)
					if !says(one.more) {
						t.Errorf("what follows is not said before it is done:\n%s", s.texts())
					}
					s.tap(words.CommonBack)
					if len(s.store.said) != 0 {
						t.Fatalf("turned back, and said %+v", s.store.said)
					}
					s.tap(one.asks)
					s.tap(words.ConsentTakeSure)
					if said := s.store.said; len(said) != 1 || said[0].Purpose != one.purpose || said[0].Given {
						t.Fatalf("said %+v", said)
					}
					if !says(one.taken) || len(s.window.Canvas().Overlays().List()) != 0 {
						t.Errorf("the screen says\n%s", s.texts())
					}
					if knows := strings.Contains(s.texts(), "Amina"); knows == one.guest {
						t.Errorf("still called by name: %v", knows)
					}
					s.tap(words.ConsentAgree)
					s.at(visit.Choose)
					if keeping := s.visit.State().Keeping; keeping == one.guest {
						t.Errorf("kept: %v", keeping)
					}
				})
			})
		}
	}
}

// TestTakingBackIsNotForStrangers: whoever has only told a name is not asked, since that
// would tell them that the person was here.
func TestTakingBackIsNotForStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.known()
		s.store.pin = ""
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Identify("Amina", "Haddad", 1956, 4, 30), visit.Consent)
		if strings.Contains(flat(s.texts()), flat(s.kiosk.t(words.ConsentEarlier))) {
			t.Error("it is offered")
		}
	})
}
