package clinic

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

func tourExport(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageExport)
	shoot(s, "73-export")
	s.option(s.clinic.t(words.ExportOpen))
	s.option(s.clinic.t(words.ExportResources))
	s.push(words.ExportStart) // the stick is not there
	shoot(s, "74-export-failed")
}

// TestExportPage: a table that its passphrase protects, and resources that anybody can
// read; what is wrong is said where it is.
func TestExportPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	s.history(fatima(), 3)
	s.as(adminBadge, adminPIN)
	s.turnTo(desk.PageExport)
	p := s.clinic.page.(*exportPage)
	s.option(kit.Isolate(s.saved))
	s.option(s.clinic.t(words.PapersSpanAll))
	s.push(words.ExportStart)
	if !s.reads("At least 12 letters") {
		t.Error("an export without a passphrase is not refused")
	}
	p.phrase.SetText("four words of Amina")
	p.again.SetText("four words of Ann")
	s.push(words.ExportStart)
	s.sees(words.PapersPassphraseDiffers)
	p.again.SetText("four words of Amina")
	s.push(words.ExportStart)
	if !s.reads("Visits: 3") {
		t.Fatalf("nothing says that it is done: %v", p.model.Task().Problem)
	}
	if p.phrase.Text() != "" || p.again.Text() != "" {
		t.Error("the passphrase stays on the screen")
	}
	files, err := filepath.Glob(filepath.Join(s.saved, "*.csv.age"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder has %v, %v", files, err)
	}
	if text, err := os.ReadFile(files[0]); err != nil || strings.Contains(string(text), "birth_date") {
		t.Errorf("the file is not encrypted: %v", err)
	}

	s.option(s.clinic.t(words.ExportResources))
	s.option(s.clinic.t(words.ExportOpen))
	s.sees(words.ExportOpenWarning)
	s.push(words.ExportStart)
	found, err := filepath.Glob(filepath.Join(s.saved, "*-fhir", "Patient.ndjson"))
	if err != nil || len(found) != 1 {
		t.Fatalf("no people in a folder: %v, %v, %v", found, err, p.model.Task().Problem)
	}

	p.order.Folder = filepath.Join(s.saved, "pulled", "out")
	s.push(words.ExportStart)
	s.sees(words.ExportNoFolder)
	s.as(staffBadge, staffPIN)
	if s.desk.MayOpen(desk.PageExport) {
		t.Error("an operator may export")
	}
}
