package clinic

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"aidpost/app/desk"
	"aidpost/app/settings"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/reports"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// administer gives the stage settings in a folder of their own.
func (s *stage) administer() {
	folder := s.t.TempDir()
	form, err := settings.New(settings.Config{Folder: folder, Do: s.desk.Do, Printer: &s.tray, Changed: s.clinic.Changed})
	if err != nil {
		s.t.Fatal(err)
	}
	s.folder = folder
	s.clinic.Administer(Administration{Settings: form, Server: settings.NewServer(settings.ServerConfig{
		Folder: folder, Store: s.store, Do: s.desk.Do, Log: slog.New(slog.DiscardHandler), Changed: s.clinic.Changed,
	})})
}

func (s *stage) settings() *settingsPage {
	s.t.Helper()
	s.turnTo(desk.PageSettings)
	p, ok := s.clinic.page.(*settingsPage)
	if !ok {
		s.t.Fatalf("%T is open", s.clinic.page)
	}
	return p
}

// file is the settings file of the stage.
func (s *stage) file() string {
	text, err := site.Settings(s.folder)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// TestSettings: what is wrong stands beside its field and stays typed; what is
// right is shown before it is applied, and can be taken back.
func TestSettings(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	p := s.settings()
	long := strings.Repeat("محمد 😀", 60)
	p.entries[0].SetText(long)
	s.settle()
	if got := p.fields["name"].Problem(); !strings.Contains(got, "100") || p.entries[0].Text() != long {
		t.Fatalf("%q, typed %.30q", got, p.entries[0].Text())
	}
	p.entries[0].SetText("صيدلية النهر 😀")
	s.settle()
	if got := p.fields["name"].Problem(); got != "" {
		t.Fatal(got)
	}
	p.c.admin.Settings.Review()
	s.settle()
	if s.clinic.dialog == nil || strings.Contains(s.file(), "النهر") {
		t.Fatal("applied without being shown")
	}
	p.c.admin.Settings.Apply()
	s.settle()
	if s.clinic.dialog != nil || !strings.Contains(s.file(), "صيدلية النهر 😀") {
		t.Fatalf("%v, %s", s.clinic.dialog, s.file())
	}
	p.c.admin.Settings.Back()
	s.settle()
	if strings.Contains(s.file(), "النهر") || p.entries[0].Text() != "Aidpost" {
		t.Errorf("%s, %q", s.file(), p.entries[0].Text())
	}
}

// Every setting has a name, which no other of its section has, in every language: the
// limits of a pressure are for its upper and its lower value.
func TestSettingsHaveNames(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		s := working(t, lang, sizes["1366x768"], kit.Look{})
		for _, section := range settings.Sections() {
			names := map[string]string{}
			for _, i := range s.clinic.admin.Settings.Items(section) {
				name := s.clinic.itemLabel(i)
				if other, twice := names[name]; twice || name == i.Path || strings.HasPrefix(strings.TrimSpace(name), ":") {
					t.Errorf("%s: %s is called %q, as is %s", lang, i.Path, name, other)
				}
				names[name] = i.Path
			}
		}
	}
}

// TestSettingsOfOthers: who may not change settings does not see them.
func TestSettingsOfOthers(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.desk.SignOut()
	s.settle()
	s.desk.SignIn(staffBadge, staffPIN)
	s.settle()
	s.turnTo(desk.PageSettings)
	if _, open := s.clinic.page.(*settingsPage); open {
		t.Error("an operator sees the settings")
	}
}

// TestServerIsNeverGreenByItself: only what the server has proved is good.
func TestServerIsNeverGreenByItself(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	for _, tt := range []struct {
		state settings.ServerState
		want  kit.Tone
	}{
		{settings.ServerState{None: true}, kit.ToneWatch},
		{settings.ServerState{}, kit.ToneWatch},
		{settings.ServerState{Server: records.ServerState{Good: opening}}, kit.ToneWatch},
		{settings.ServerState{Stats: records.OutboxStats{Done: 4, Pending: 1}}, kit.ToneWatch},
		{settings.ServerState{Stats: records.OutboxStats{Done: 4, InFlight: 1}}, kit.ToneWatch},
		{settings.ServerState{Stats: records.OutboxStats{Done: 4, Dead: 1}}, kit.ToneWrong},
		{settings.ServerState{Stats: records.OutboxStats{Done: 4}, Server: records.ServerState{Why: "it is too busy"}}, kit.ToneWrong},
		{settings.ServerState{Stats: records.OutboxStats{Done: 4}}, kit.ToneDone},
	} {
		if got, text := s.clinic.standingOfServer(tt.state); got != tt.want || text == "" {
			t.Errorf("%+v: %v, %q", tt.state, got, text)
		}
	}
}

// TestServerSecret: what is typed goes into the records and nowhere else.
func TestServerSecret(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	p := s.settings()
	p.open(settings.ToServer)
	s.settle()
	p.server.secret.SetText("tok-4006381333931")
	p.c.admin.Server.KeepSecret(p.server.secret.Text())
	s.settle()
	kept, err := s.store.ServerSecret(context.Background())
	if err != nil || string(kept) != "tok-4006381333931" || strings.Contains(s.file(), "tok-") || !p.c.admin.Server.State().Secret {
		t.Errorf("%q, %v, %s", kept, err, s.file())
	}
}

func tourSettings(s *stage, shoot func(*stage, string)) {
	p := s.settings()
	shoot(s, "70-settings")
	p.entries[0].SetText(strings.Repeat("Wolfeschlegelsteinhausen ", 13))
	p.set("phone", "ask Ada")
	s.settle()
	shoot(s, "71-settings-wrong")
	p.c.admin.Settings.Reload()
	s.settle()
	for n, section := range settings.Sections()[1:] {
		p.open(section)
		s.desk.Wait()
		s.settle()
		shoot(s, "7"+string(rune('2'+n))+"-settings-"+string(section))
	}
	p.set("name", "صيدلية النهر 😀")
	p.set("keepDays", "365")
	p.set("critical:systolic:mm[Hg]:high", "165")
	p.set("sync.url", "https://fhir.example.org/r4")
	p.set("sync.base", "https://clinic.example.org")
	s.settle()
	p.c.admin.Settings.Review()
	s.settle()
	shoot(s, "78-settings-review")
	p.c.admin.Settings.Apply()
	s.settle()
	e := &records.Encounter{ID: records.NewID(), Status: records.Finished, Started: s.now(), Ended: s.now(), Zone: "UTC",
		Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: s.now()}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: s.now(),
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
			Origin: records.Origin{Device: records.Device{Maker: "m", Model: "m"}, Driver: "d", DriverVersion: "1"},
		}}}
	if err := s.store.Save(context.Background(), e); err != nil {
		s.t.Fatal(err)
	}
	p.open(settings.ToServer)
	s.settle()
	shoot(s, "79-settings-server")
}

// TestLogo: a picture is taken from a file; what is none is said.
func TestLogo(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 120, 40))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "logo.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readPicture(" " + path); err != nil || got != b.String() {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := readPicture(filepath.Dir(path)); err == nil {
		t.Error("a folder is a picture")
	}
}

// TestVolumeCanBeHeard: whoever sets how loud the alarm is hears it as it is typed; what
// cannot be set is not played.
func TestVolumeCanBeHeard(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	p := s.settings()
	p.open(settings.Kiosk)
	s.settle()
	var volume *kit.Entry
	for _, e := range p.entries {
		if e.Text() == strconv.Itoa(site.DefaultProfile().AlarmVolume) {
			volume = e
		}
	}
	if volume == nil {
		t.Fatal("no field for the volume of the alarm")
	}
	for typed, want := range map[string]int64{"45": 45, "101": 0, "loud": 0} {
		s.bell.tried.Store(0)
		volume.SetText(typed)
		s.settle()
		s.push(words.SettingsTryAlarm)
		if got := s.bell.tried.Load(); got != want {
			t.Errorf("%q is heard at %d", typed, got)
		}
	}
}

// TestTestPage: a page about nobody comes out of the queue, and what the print
// service says of trouble is said in the dialog.
func TestTestPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.tray.set(cups.Ready, cups.Complete, "")
	s.settings()
	s.clinic.askTestPrint("office")
	d := s.clinic.testing
	said := func() string {
		t.Helper()
		s.settle()
		if len(d.said.Objects) == 0 {
			return ""
		}
		return d.said.Objects[0].(*kit.Notice).Text()
	}
	d.choose(reports.Letter)
	s.desk.PrintTest("office", d.on)
	if got := said(); got != "It is printed." || len(s.tray.pages) != 1 || s.tray.pages[0].Media != "Letter" || !bytes.HasPrefix(s.tray.pages[0].PDF, []byte("%PDF-")) {
		t.Errorf("%q, %d pages", got, len(s.tray.pages))
	}
	s.tray.set(cups.OutOfPaper, cups.Aborted, "media-empty-error")
	s.desk.PrintTest("office", d.on)
	if got := said(); !strings.Contains(got, "media-empty-error") {
		t.Errorf("without paper: %q", got)
	}
	s.clinic.closeDialog()
	if s.clinic.testing != nil {
		t.Error("the dialog is gone and still told")
	}
	s.as(staffBadge, staffPIN)
	before := len(s.tray.pages)
	s.desk.PrintTest("office", reports.A4)
	if s.settle(); len(s.tray.pages) != before {
		t.Error("who may not change settings has printed")
	}
}
