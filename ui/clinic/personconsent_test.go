package clinic

import (
	"strings"
	"testing"

	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/ui/kit"
)

// What a person takes back is shown with who wrote it down and why, and can be given
// again.
func TestConsentIsTakenBackAndShown(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.history(p, 2)
	page := s.opened(p)
	page.askConsent()
	if s.clinic.dialog == nil {
		t.Fatal("no dialog")
	}
	say := func(given bool) {
		t.Helper()
		page.dossier.Say(records.LaterConsent{Purpose: records.ConsentShare, Given: given, Version: agreedTo(page.dossier.State().Visits, records.ConsentShare), Language: "en", Reason: "told at the desk"})
		s.settle()
	}
	say(false)
	said := page.dossier.State().Consents
	if len(said) != 1 || !takenBack(said, records.ConsentShare) || takenBack(said, records.ConsentKeep) {
		t.Fatalf("%+v", said)
	}
	line := s.clinic.consentSaid(said[0])
	for _, want := range []string{"Results stay here", "told at the desk", said[0].By.Name} {
		if want == "" || !strings.Contains(line, want) {
			t.Errorf("%q does not say %q", line, want)
		}
	}
	say(true)
	if said := page.dossier.State().Consents; len(said) != 2 || takenBack(said, records.ConsentShare) {
		t.Errorf("%+v", said)
	}
	if s.clinic.desk.State().Phase != desk.Working {
		t.Error("not at work any more")
	}
}
