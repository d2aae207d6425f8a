package visit_test

import (
	"testing"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestInstrumentIsToldTheCard, so that an analyser's result which names a
// person is taken for nobody else.
func TestInstrumentIsToldTheCard(t *testing.T) {
	for name, test := range map[string]struct {
		identify func(k *kiosk)
		want     string
	}{
		"card":  {func(k *kiosk) { k.carded("PT-0042") }, "PT-0042"},
		"name":  {func(k *kiosk) { k.person(1970) }, ""},
		"guest": {(*kiosk).guest, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				test.identify(k)
				k.prepare(vitals.Oximetry)
				k.rack.then(reads(saturation(98, 60)))
				k.do(k.v.Prepared(), visit.Measure)
				k.pass(inflationTime)
				k.want(visit.Result)
				if got := k.rack.jobs[0].Person; got != test.want {
					t.Errorf("told %q, want %q", got, test.want)
				}
			})
		})
	}
}

// carded lets somebody in who has a card that nobody knows yet.
func (k *kiosk) carded(number string) {
	k.t.Helper()
	k.store.findErr = records.ErrNotFound
	k.do(k.v.Begin(), visit.Who)
	k.do(k.v.Card(number), visit.Consent)
	k.do(k.v.Agree(true, false), visit.Choose)
}
