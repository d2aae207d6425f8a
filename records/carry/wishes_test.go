package carry

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

// say has somebody say something at a place.
func (p *place) say(who *records.Patient, purpose string, given bool) {
	p.Helper()
	w := records.LaterConsent{Purpose: purpose, Given: given, Version: "1", Language: "en", Reason: "said so"}
	if _, err := p.access.Say(p.Context(), who.ID, w); err != nil {
		p.Fatal(err)
	}
}

// holds makes sure what somebody's last word is at a place.
func (p *place) holds(who *records.Patient, purpose string, given bool, words int) {
	p.Helper()
	all, err := p.access.LaterConsents(p.Context(), who.ID)
	if err != nil || len(all) != words {
		p.Errorf("at the %s %d words are known, not %d: %v", p.name, len(all), words, err)
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Purpose == purpose {
			if all[i].Given != given {
				p.Errorf("at the %s the last word on %s is %t", p.name, purpose, all[i].Given)
			}
			return
		}
	}
	p.Errorf("at the %s nothing is known on %s", p.name, purpose)
}

// later moves the clocks of places on.
func later(d time.Duration, places ...*place) {
	for _, p := range places {
		p.now = p.now.Add(d)
	}
}

// TestWordsAreCarried: what a person takes back in the field after their visit was
// carried holds at the office, which sends nothing of it any more; what they say at
// the office later holds in the field.
func TestWordsAreCarried(t *testing.T) {
	field, office := pair(t)
	server, stick := newServer(t), OnStick(t.TempDir())
	ada, bob := person(1), person(2)
	visit, other := field.visit(ada), field.visit(bob)
	field.out(stick)
	office.in(stick)
	field.in(stick)

	later(time.Hour, field, office)
	field.say(ada, records.ConsentShare, false)
	if r := field.out(stick); r.Wishes != 1 || r.Visits != 0 {
		t.Fatalf("out: %+v", r)
	}
	if r := field.out(stick); r.Wishes != 0 {
		t.Errorf("again onto the same stick: %+v", r)
	}
	if r := office.in(stick); r.Wishes != 1 || len(r.Refused) != 0 {
		t.Fatalf("in: %+v", r)
	}
	office.holds(ada, records.ConsentShare, false, 1)
	if r := office.send(server); r.Sent != 1 {
		t.Errorf("sent: %+v", r)
	}
	office.expectOn(server, other)
	if _, held := server.Held()["Encounter/"+string(visit.ID)]; held {
		t.Error("what may not be shared is on the server")
	}
	if n := office.audited(staff.ChangeConsent, "taken back: share") + office.audited(staff.CarryIn, "imported from kiosk field"); n != 4 {
		t.Errorf("%d entries in the trail: one for each visit, and two for the words", n)
	}

	later(time.Hour, field, office)
	office.say(ada, records.ConsentShare, true)
	office.out(stick)
	if r := field.in(stick); r.Wishes != 1 {
		t.Fatalf("back in the field: %+v", r)
	}
	field.holds(ada, records.ConsentShare, true, 2)
	if r := field.in(stick); r.Wishes != 0 {
		t.Errorf("twice is not once: %+v", r)
	}
}

// TestLaterWordWins: whichever word comes first, the one that was said last holds at
// both places, and what was agreed to anew after it is not held by it.
func TestLaterWordWins(t *testing.T) {
	field, office := pair(t)
	server, stick := newServer(t), OnStick(t.TempDir())
	ada := person(1)
	field.visit(ada)
	field.out(stick)
	office.in(stick)
	field.in(stick)

	later(time.Hour, field, office)
	field.say(ada, records.ConsentShare, false)
	field.say(ada, records.ConsentKeep, false)
	later(time.Hour, field, office)
	office.say(ada, records.ConsentShare, true) // not knowing of the other
	office.say(ada, records.ConsentKeep, true)
	if err := office.access.ChoosePIN(t.Context(), ada.ID, "730418", office.now); err != nil {
		t.Fatal(err)
	}
	anew := office.visit(ada)
	field.out(stick)
	if r := office.in(stick); r.Wishes != 1 {
		t.Fatalf("in: %+v", r)
	}
	office.holds(ada, records.ConsentShare, true, 4)
	office.holds(ada, records.ConsentKeep, true, 4)
	if has, err := office.access.HasPIN(t.Context(), ada.ID); !has || err != nil {
		t.Errorf("her PIN is gone by a word that holds no more: %v", err)
	}
	if r := office.send(server); r.Sent != 2 {
		t.Errorf("sent: %+v", r)
	}
	if r := field.in(stick); r.Wishes != 1 {
		t.Errorf("word of it: %+v", r)
	}
	field.holds(ada, records.ConsentShare, true, 4)

	later(time.Hour, field, office)
	field.say(ada, records.ConsentShare, false)
	field.say(ada, records.ConsentKeep, false)
	later(time.Hour, field, office)
	third := office.visit(ada) // agreed to after that
	field.out(stick)
	office.in(stick)
	office.holds(ada, records.ConsentShare, false, 6)
	if has, err := office.access.HasPIN(t.Context(), ada.ID); has || err != nil {
		t.Errorf("whoever is not known any more has a PIN: %v", err)
	}
	if r := office.send(server); r.Sent != 1 {
		t.Errorf("agreed to anew: %+v", r)
	}
	held := server.Held()
	for _, e := range []*records.Encounter{anew, third} {
		if _, found := held["Encounter/"+string(e.ID)]; !found {
			t.Errorf("visit %s is missing that was agreed to", e.ID)
		}
	}
}

// TestWordsNeedSomebody: nothing is carried of whom the other has no visit, nothing is
// heard of whom nobody knows, of the future, or from strangers.
func TestWordsNeedSomebody(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	ada := person(1)
	mine := office.visit(ada)
	office.say(ada, records.ConsentShare, false)
	if r := office.out(stick); r.Wishes != 0 {
		t.Errorf("the laptop never brought %s: %+v", mine.ID, r)
	}
	from := records.Bringer{Name: "office"}
	word := records.LaterConsent{Purpose: records.ConsentShare, Version: "1", Language: "en", At: field.now, Reason: "x"}
	if fresh, err := field.access.HearWishes(t.Context(), from, records.Wishes{Patient: ada.ID, Words: []records.LaterConsent{word}}); fresh || err != nil {
		t.Errorf("of a stranger: %t, %v", fresh, err)
	}
	field.visit(person(2)) // so that the letter with her visit is the second
	field.out(stick)
	office.in(stick)
	field.in(stick)
	field.visit(ada)
	for name, change := range map[string]func(*records.LaterConsent){
		"of the future": func(w *records.LaterConsent) { w.At = field.now.Add(48 * time.Hour) },
		"of no time":    func(w *records.LaterConsent) { w.At = time.Time{} },
		"of no purpose": func(w *records.LaterConsent) { w.Purpose = "everything" },
	} {
		w := word
		change(&w)
		if fresh, err := field.access.HearWishes(t.Context(), from, records.Wishes{Patient: ada.ID, Words: []records.LaterConsent{w}}); fresh || err == nil {
			t.Errorf("%s: %t, %v", name, fresh, err)
		}
	}
	later(time.Hour, field, office)
	eve := person(3) // whom the office has not met
	field.visit(eve)
	field.say(eve, records.ConsentKeep, false)
	field.out(stick)
	letters, err := stick.letters()
	if err != nil || len(letters) != 2 || letters[0].kind != wishes {
		t.Fatalf("%v, %v", letters, err)
	}
	for _, l := range letters { // damaged on the way: written anew
		if l.kind == wishes {
			if err := os.WriteFile(filepath.Join(stick.Folder(), l.String()), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := field.out(stick); r.Wishes != 1 {
		t.Errorf("a damaged letter: %+v", r)
	}
	if r := office.in(stick); r.Wishes != 1 || r.New != 2 {
		t.Errorf("with the visit: %+v", r)
	}
	office.holds(eve, records.ConsentKeep, false, 1)
}

// audited counts entries of the trail at a place.
func (p *place) audited(action staff.Action, reason string) (n int) {
	p.Helper()
	err := p.access.Audit(p.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Action == action && e.Reason == reason {
			n++
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return n
}
