package visit

import (
	"context"
	"time"

	"aidpost/records"
)

// TakenBack is what a person has taken back of what they agreed to in earlier visits.
type TakenBack struct {
	Purpose string // records.ConsentKeep or records.ConsentShare; empty: nothing
	Failed  bool   // it could not be noted, and counts on
}

// TakeBack has what was agreed to in earlier visits about a purpose count no more: it is
// for whoever has shown that they were here. Who takes back that the kiosk knows them is
// a guest from then on.
func (v *Visit) TakeBack(purpose string) error {
	return v.command(func() error {
		e := v.p.encounter
		if !v.p.found || !v.p.shown || v.p.searching || e.Patient == nil {
			return ErrNotNow
		}
		v.p.searching, v.p.back = true, TakenBack{}
		who := e.Patient.ID
		said := records.LaterConsent{Purpose: purpose, Version: v.cfg.Consent, Language: v.language}
		var err error
		v.background(func(ctx context.Context) { _, err = v.cfg.Store.Say(ctx, who, said) }, func() {
			v.p.searching, v.p.back = false, TakenBack{Purpose: purpose, Failed: err != nil}
			switch {
			case err != nil:
				v.cfg.Log.Error("taking a consent back", "error", err)
			case purpose == records.ConsentKeep:
				v.unknow()
			}
		})
		return nil
	}, Consent)
}

// unknow goes on with the person as a guest.
func (v *Visit) unknow() {
	v.p.guest, v.p.encounter.Patient = true, nil
	v.p.found, v.p.shown, v.p.since, v.p.told = false, false, time.Time{}, nil
	v.p.search, v.p.pin = records.Search{}, PINNone
	v.p.subject.AgeKnown = false
}
