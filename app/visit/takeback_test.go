package visit_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"aidpost/app/visit"
	"aidpost/records"
)

// TestTakeBack: who has shown that they were here takes back what they agreed to. Who is
// not to be known any more is a guest from then on, also if the screen was asked to keep.
func TestTakeBack(t *testing.T) {
	for purpose, guest := range map[string]bool{records.ConsentShare: false, records.ConsentKeep: true} {
		t.Run(purpose, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKiosk(t)
				defer k.close()
				k.store.known = &records.Patient{ID: records.NewID(), Given: "Ada"}
				k.do(k.v.Begin(), visit.Who)
				if err := k.v.TakeBack(purpose); !errors.Is(err, visit.ErrNotNow) {
					t.Errorf("before it is known who it is: %v", err)
				}
				k.do(k.v.Card("10042"), visit.Consent)
				k.do(k.v.TakeBack(purpose), visit.Consent)
				s := k.v.State()
				if s.Back != (visit.TakenBack{Purpose: purpose}) || s.Guest != guest || s.Returning == guest {
					t.Errorf("%+v, guest %v, returning %v", s.Back, s.Guest, s.Returning)
				}
				said := k.store.said
				if len(said) != 1 || said[0].Purpose != purpose || said[0].Given || said[0].Language == "" || k.store.saidBy != k.store.known.ID {
					t.Errorf("said %+v of %s", said, k.store.saidBy)
				}
				k.do(k.v.Agree(true, false), visit.Choose)
				if got := k.v.State().Keeping; got == guest {
					t.Errorf("kept: %v", got)
				}
			})
		})
	}
}

// TestTakeBackFails: what could not be noted counts on, and that is said.
func TestTakeBackFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKiosk(t)
		defer k.close()
		k.store.known, k.store.saveErr = &records.Patient{ID: records.NewID(), Given: "Ada"}, errors.New("the disk is full")
		k.do(k.v.Begin(), visit.Who)
		k.do(k.v.Card("10042"), visit.Consent)
		k.do(k.v.TakeBack(records.ConsentKeep), visit.Consent)
		if s := k.v.State(); !s.Back.Failed || s.Guest || !s.Returning {
			t.Errorf("%+v, guest %v, returning %v", s.Back, s.Guest, s.Returning)
		}
	})
}

// TestTakeBackIsForWhoHasShown: saying a name is not enough.
func TestTakeBackIsForWhoHasShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKiosk(t)
		defer k.close()
		k.store.known = &records.Patient{ID: records.NewID(), Given: "Ada"}
		k.do(k.v.Begin(), visit.Who)
		k.do(k.v.Identify("Ada", "Lovelace", 1915, 12, 10), visit.Consent)
		if err := k.v.TakeBack(records.ConsentKeep); !errors.Is(err, visit.ErrNotNow) || len(k.store.said) != 0 {
			t.Errorf("%v, said %+v", err, k.store.said)
		}
	})
}
