package clinic

import (
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

func tourMove(s *stage, shoot func(*stage, string)) {
	p := s.opened(s.came(fatima(), 2*time.Hour, 0).Patient)
	p.askMove(p.dossier.State().Rows[0])
	p.dossier.Search("rashid")
	s.settle()
	shoot(s, "49-move")
	p.moving.chosen = p.dossier.State().Found[0]
	p.moving.how.choose("wrong-person")
	p.moving.confirm()
	s.settle()
	shoot(s, "49-move-confirm")
	s.clinic.closeDialog()
}

// TestMoveToTheRightPerson: a result of the wrong person is moved in two steps with
// a reason; both records show it, and it counts for the right one alone.
func TestMoveToTheRightPerson(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	wrong, right := fatima(), person("Nyota", "Mwangi", records.Date{Year: 1961, Month: 7, Day: 1}, "C-10312")
	s.came(wrong, 2*time.Hour, 0)
	s.came(right, time.Hour, 0)
	p := s.opened(wrong)
	row := p.dossier.State().Rows[0]
	p.open(row)
	s.pushLast(words.DossierMoveDo)
	s.settle()
	f := p.moving
	if f == nil {
		t.Fatal("nobody is asked whose it is")
	}
	s.scan("C-10312")
	if found := p.dossier.State().Found; len(found) != 1 || f.chosen != nil {
		t.Fatalf("found %+v, chosen %+v", found, f.chosen)
	}
	f.confirm()
	if f.field.Problem() == "" {
		t.Error("a step further without a person")
	}
	f.chosen = p.dossier.State().Found[0]
	f.confirm()
	if f.said.Text() == "" {
		t.Error("a step further without a reason")
	}
	f.how.choose("wrong-person")
	f.confirm()
	s.settle()
	if h, _ := s.store.History(t.Context(), right.ID, vitals.Oximetry, 0); len(h) != 1 {
		t.Fatalf("moved in one step: %+v", h)
	}
	s.pushLast(words.TrayConfirmDo)
	s.settle()
	if s.clinic.dialog != nil || p.moving != nil {
		t.Errorf("the dialog stays: %v", p.dossier.State().Problem)
	}
	if h, _ := s.store.History(t.Context(), wrong.ID, vitals.Oximetry, 0); len(h) != 0 {
		t.Errorf("it still counts for the wrong one: %+v", h)
	}
	if h, _ := s.store.History(t.Context(), right.ID, vitals.Oximetry, 0); len(h) != 2 {
		t.Errorf("it does not count for the right one: %+v", h)
	}
	p.open(p.dossier.State().Rows[0])
	s.settle()
	if !s.reads("It was moved to the record of another person.") {
		t.Error("where it was nothing tells of it")
	}
	s.clinic.closeDialog()
	p = s.opened(right)
	for _, r := range p.dossier.State().Rows {
		if r.Correction.Moved != "" {
			p.open(r)
		}
	}
	s.settle()
	if !s.reads("It came from the tray or from another record.") {
		t.Error("where it is nothing tells of it")
	}
}
