package bedside_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestCertificateIsAskedAtTheTest: where a site asks for certificates, a member
// of staff without one neither measures nor types a value in, and is told why;
// one that ends at midnight lets a test that has begun be finished, and no other.
func TestCertificateIsAskedAtTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		boss := store.Console("root", "k")
		_, err := boss.AddStaff(t.Context(), records.NewAccount{Name: "Ada", Role: staff.Administrator, Badge: "BADGE-1", PIN: "604183"})
		if err != nil {
			t.Fatal(err)
		}
		lead, err := store.SignIn(t.Context(), "BADGE-1", "604183", "k")
		if err != nil {
			t.Fatal(err)
		}
		ben, err := lead.AddStaff(t.Context(), records.NewAccount{Name: "Ben", Role: staff.Operator, Badge: "BADGE-2", PIN: "917264"})
		if err != nil {
			t.Fatal(err)
		}
		operator, err := store.SignIn(t.Context(), "BADGE-2", "917264", "k")
		if err != nil {
			t.Fatal(err)
		}
		plan := quality.Plan{Panel: vitals.Oximetry, Certificates: true}
		rack := &counter{}
		rack.plug(vitals.Oximetry)
		cfg := config(t, rack, &hands{a: operator})
		cfg.Plan = func(p vitals.Panel) (quality.Plan, bool) { return plan, p == vitals.Oximetry }
		b := &bench{t: t, rack: rack, store: store}
		b.Bedside = bedside.New(cfg, bedside.Visit(lena(), records.Place{Kiosk: "k"}, time.UTC, time.Now()), guideline.Subject{}, true)
		t.Cleanup(b.Close)
		b.identified()

		refused := func(what string) {
			t.Helper()
			s := b.at(bedside.Review)
			if s.Fault == nil || s.Fault.Code != instruments.LockedOut || !slices.Equal(s.Locks, []quality.Lock{quality.NoCertificate}) {
				t.Errorf("%s: %v, %v", what, s.Fault, s.Locks)
			}
		}
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		refused("with the instrument")
		if rack.calls != 0 {
			t.Error("the instrument was started")
		}
		b.do(b.GiveUp())
		b.do(b.Enter(vitals.Oximetry))
		refused("typed in")
		b.do(b.Again())
		refused("typed in, once more")
		b.do(b.GiveUp())

		certify := quality.Certificate{Account: string(ben.ID), Panel: vitals.Oximetry, Until: time.Now().Add(time.Minute)}
		if err := lead.Certify(context.Background(), plan, certify); err != nil {
			t.Fatal(err)
		}
		b.do(b.Enter(vitals.Oximetry))
		b.at(bedside.ByHand)
		time.Sleep(2 * time.Minute) // midnight
		problems, err := b.Type(bedside.Typed{Panel: vitals.Oximetry, Numbers: map[vitals.Measure]string{vitals.SpO2: "97", vitals.Pulse: "70"}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		b.do(err)
		if s := b.at(bedside.Review); s.Result == nil {
			t.Error("a test that had begun is not finished")
		}
		b.do(b.Again())
		refused("one more after it has ended")
	})
}
