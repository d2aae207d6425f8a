package clinic

import (
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

func tourBackups(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageBackups)
	shoot(s, "70-backups-none")
	s.sticks = []string{"/media/amina/BACKUP"}
	p := s.clinic.page.(*backupsPage)
	for range 3 {
		p.safe.BackUp()
		s.settle()
		s.desk.Used()
		s.after(time.Minute)
	}
	s.after(time.Second)
	shoot(s, "71-backups")
	p.openCopy(p.rows[0])
	shoot(s, "72-backups-one")
	s.clinic.closeDialog()
}

// TestBackupsPage: a backup is made at a press, also on a stick, and everything
// in it is read.
func TestBackupsPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	stick := t.TempDir()
	s.sticks = []string{stick}
	s.turnTo(desk.PageBackups)
	s.sees(words.BackupsNone)
	s.sees(words.BackupsUnsealed) // no test has a key store
	s.push(words.BackupsNow)
	p := s.clinic.page.(*backupsPage)
	if len(p.rows) != 1 || !s.reads("is made and whole") {
		t.Fatalf("%d backups, %v", len(p.rows), p.safe.Task().Problem)
	}
	p.safe.CopyTo(stick)
	s.settle()
	if there, err := site.Backups(stick); err != nil || len(there) != 1 {
		t.Errorf("on the stick: %v, %v", there, err)
	}
	s.push(words.BackupsOther)
	p.folder.SetText("/nowhere")
	s.push(words.BackupsCopy)
	s.sees(words.BackupsNoFolder)
	if p.folder.Text() != "/nowhere" {
		t.Error("what was typed is lost")
	}
	s.push(words.BackupsCheckNow)
	if !s.reads("aidpost.db is whole") {
		t.Errorf("nothing says that the records are whole: %v", p.safe.Task().Problem)
	}
	if !s.reads("aidpost restore --data") {
		t.Error("nothing says how to restore")
	}
}

// TestRecoveryKeyIsTypedBack: the key is shown until it was typed from paper.
func TestRecoveryKeyIsTypedBack(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageBackups)
	p := s.clinic.page.(*backupsPage)
	state := office.SafeState{Printed: "ABCDE-FGHJK"}
	state.Keys.Sealed = true
	p.side.Objects = nil
	for _, o := range p.keys(state) {
		p.side.Add(o)
	}
	s.sees(words.BackupsWriteDown)
	if p.typed == nil || !s.reads("ABCDE-FGHJK") {
		t.Fatal("the key is not shown")
	}
	p.typed.SetText("ABCDE-FGHJX")
	p.typed.OnSubmitted("")
	s.settle()
	s.sees(words.BackupsMistyped)
}

func TestAgeOfABackup(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	for ago, want := range map[time.Duration]string{
		-time.Hour: "0 minutes", 59 * time.Minute: "59 minutes", time.Hour: "1 hour", 47 * time.Hour: "47 hours", 48 * time.Hour: "2 days",
	} {
		if got := s.clinic.age(s.desk.Now().Add(-ago)); got != want {
			t.Errorf("%v ago: %q", ago, got)
		}
	}
}
