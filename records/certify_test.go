package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/passport"
	"aidpost/records/quality"
	"aidpost/records/signing"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// twoSites are two kiosks with the same members of staff, of which the second
// trusts the first.
func twoSites(t *testing.T) (home, away *desk) {
	t.Helper()
	home, away = newDesk(t), newDesk(t)
	lead := home.signIn(t, staff.Supervisor)
	for panel, days := range map[vitals.Panel]int{vitals.BloodGlucose: 30, vitals.Oximetry: 60} {
		err := lead.Certify(t.Context(), quality.Plan{}, quality.Certificate{
			Account: string(home.ids[staff.Operator]), Panel: panel, Until: now.AddDate(0, 0, days),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	public, err := lead.SiteKey(t.Context())
	if err == nil {
		err = away.signIn(t, staff.Administrator).TrustSite(t.Context(), "Home", signing.Set{Keys: []signing.Public{public}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return home, away
}

func issue(t *testing.T, d *desk) (string, passport.Passport) {
	t.Helper()
	text, p, err := d.signIn(t, staff.Supervisor).IssuePassport(t.Context(), d.ids[staff.Operator], "Home")
	if err != nil {
		t.Fatal(err)
	}
	return text, p
}

func (d *desk) certified(t *testing.T, p vitals.Panel) bool {
	t.Helper()
	l, err := d.QualityLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l.Certified(string(d.ids[staff.Operator]), p, d.clock)
}

// present shows a passport as the operator.
func (d *desk) present(t *testing.T, text string) error {
	t.Helper()
	_, err := d.signIn(t, staff.Operator).PresentPassport(t.Context(), d.ids[staff.Operator], text)
	return err
}

// TestPassportTravels: what one site has certified holds at the other, without a
// network, and ends by itself.
func TestPassportTravels(t *testing.T) {
	home, away := twoSites(t)
	text, _ := issue(t, home)
	if away.certified(t, vitals.BloodGlucose) {
		t.Fatal("certified before")
	}
	if err := away.present(t, text); err != nil {
		t.Fatal(err)
	}
	for days, want := range map[int][2]bool{1: {true, true}, 30: {false, true}, 60: {false, false}} {
		away.clock = now.AddDate(0, 0, days)
		if got := [2]bool{away.certified(t, vitals.BloodGlucose), away.certified(t, vitals.Oximetry)}; got != want {
			t.Errorf("after %d days: %v, want %v", days, got, want)
		}
	}
	trail := auditOf(t, away.Store)
	if !slices.ContainsFunc(trail, func(e AuditEntry) bool { return e.Action == staff.PresentPassport && e.Outcome == Done }) {
		t.Error("it is not on record")
	}
}

func TestPassportIsRefused(t *testing.T) {
	home, away := twoSites(t)
	text, p := issue(t, home)
	stranger := newDesk(t)
	if err := stranger.present(t, text); !errors.Is(err, signing.ErrKey) {
		t.Errorf("at a site that does not trust the key: %v", err)
	}
	forged := strings.Replace(text, ".", ".e", 1)
	if err := away.present(t, forged); !errors.Is(err, signing.ErrChanged) && !errors.Is(err, signing.ErrToken) {
		t.Errorf("forged: %v", err)
	}
	away.clock = now.AddDate(-1, 0, 0)
	if err := away.present(t, text); !errors.Is(err, passport.ErrClock) {
		t.Errorf("by a clock of last year: %v", err)
	}
	away.clock = now.AddDate(1, 0, 0)
	if err := away.present(t, text); !errors.Is(err, passport.ErrExpired) {
		t.Errorf("expired: %v", err)
	}
	away.clock = now
	if _, err := away.signIn(t, staff.Operator).PresentPassport(t.Context(), away.ids[staff.Technician], text); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("for somebody else: %v", err)
	}
	if _, err := away.signIn(t, staff.Supervisor).PresentPassport(t.Context(), away.ids[staff.Technician], text); !errors.Is(err, ErrNotTheirs) {
		t.Errorf("for an account of another name: %v", err)
	}
	if away.certified(t, vitals.BloodGlucose) {
		t.Fatal("a passport that was refused certifies")
	}

	// Home takes it back; the list reaches the other site after the passport.
	if err := away.present(t, text); err != nil {
		t.Fatal(err)
	}
	lead := home.signIn(t, staff.Supervisor)
	if err := lead.RevokePassport(t.Context(), "nobody's", "lost"); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that was never given out: %v", err)
	}
	if err := lead.RevokePassport(t.Context(), p.ID, "badge lost"); err != nil {
		t.Fatal(err)
	}
	list, err := lead.RevokedPassports(t.Context(), "Home")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := away.signIn(t, staff.Supervisor).TakeRevoked(t.Context(), list); err != nil || n != 1 {
		t.Errorf("%d taken back, %v", n, err)
	}
	if away.certified(t, vitals.BloodGlucose) {
		t.Error("a passport that was taken back certifies")
	}
	if err := away.present(t, text); !errors.Is(err, ErrRevoked) {
		t.Errorf("again: %v", err)
	}
	if _, err := stranger.signIn(t, staff.Supervisor).TakeRevoked(t.Context(), list); !errors.Is(err, signing.ErrKey) {
		t.Errorf("the list of a stranger: %v", err)
	}
	if err := away.signIn(t, staff.Supervisor).TrustSite(t.Context(), "Home", signing.Set{}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a supervisor decides whom to trust: %v", err)
	}
}

// TestTakingBackACertificate revokes the passports that it stands in, here and
// where it was shown.
func TestTakingBackACertificate(t *testing.T) {
	home, away := twoSites(t)
	text, _ := issue(t, home)
	if err := away.present(t, text); err != nil {
		t.Fatal(err)
	}
	takeBack := func(d *desk) {
		t.Helper()
		err := d.signIn(t, staff.Supervisor).Certify(t.Context(), quality.Plan{}, quality.Certificate{
			Account: string(d.ids[staff.Operator]), Panel: vitals.BloodGlucose, Until: d.clock,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	takeBack(away)
	if err := away.present(t, text); !errors.Is(err, ErrRevoked) || away.certified(t, vitals.BloodGlucose) {
		t.Errorf("shown again after it was taken back here: %v", err)
	}
	takeBack(home)
	list, err := home.signIn(t, staff.Supervisor).RevokedPassports(t.Context(), "Home")
	if err != nil {
		t.Fatal(err)
	}
	third := newDesk(t)
	public, err := home.signIn(t, staff.Operator).SiteKey(t.Context())
	if err == nil {
		err = third.signIn(t, staff.Administrator).TrustSite(t.Context(), "Home", signing.Set{Keys: []signing.Public{public}})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := third.signIn(t, staff.Supervisor).TakeRevoked(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if err := third.present(t, text); !errors.Is(err, ErrRevoked) {
		t.Errorf("at a third site: %v", err)
	}
}

func TestPassportNeedsACertificate(t *testing.T) {
	home, away := twoSites(t)
	lead := home.signIn(t, staff.Administrator)
	if _, _, err := lead.IssuePassport(t.Context(), home.ids[staff.Technician], "Home"); !errors.Is(err, ErrUncertified) {
		t.Errorf("without a certificate: %v", err)
	}
	if _, _, err := home.signIn(t, staff.Operator).IssuePassport(t.Context(), home.ids[staff.Operator], "Home"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an operator issues one: %v", err)
	}
	text, _ := issue(t, home)
	if err := away.present(t, text); err != nil {
		t.Fatal(err)
	}
	if _, _, err := away.signIn(t, staff.Supervisor).IssuePassport(t.Context(), away.ids[staff.Operator], "Away"); !errors.Is(err, ErrUncertified) {
		t.Errorf("a site passes on what another has certified: %v", err)
	}
}

func TestObservedTest(t *testing.T) {
	d := newDesk(t)
	lead, plan := d.signIn(t, staff.Supervisor), quality.Plan{Panel: vitals.Oximetry, Observed: true}
	certify := func() error {
		return lead.Certify(t.Context(), plan, quality.Certificate{Account: string(d.ids[staff.Operator]), Panel: vitals.Oximetry, Until: d.clock.AddDate(0, 1, 0)})
	}
	observe := func(passed bool) {
		t.Helper()
		if err := lead.Observe(t.Context(), quality.Observed{Account: string(d.ids[staff.Operator]), Panel: vitals.Oximetry, Passed: passed}); err != nil {
			t.Fatal(err)
		}
	}
	if err := certify(); !errors.Is(err, ErrNotObserved) {
		t.Errorf("nobody looked on: %v", err)
	}
	observe(false)
	if err := certify(); !errors.Is(err, ErrNotObserved) {
		t.Errorf("failed: %v", err)
	}
	observe(true)
	if err := certify(); err != nil {
		t.Errorf("passed: %v", err)
	}
	d.clock = d.clock.Add(366 * 24 * time.Hour)
	lead = d.signIn(t, staff.Supervisor)
	if err := certify(); !errors.Is(err, ErrNotObserved) {
		t.Errorf("a year later: %v", err)
	}
	if err := lead.Observe(t.Context(), quality.Observed{Account: string(d.ids[staff.Supervisor]), Panel: vitals.Oximetry, Passed: true}); !errors.Is(err, ErrInvalid) {
		t.Errorf("oneself: %v", err)
	}
}
