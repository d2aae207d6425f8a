package site

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func TestDataFolder(t *testing.T) {
	for _, test := range []struct {
		system string
		env    map[string]string
		want   string
	}{
		{"linux", map[string]string{"HOME": "/home/ana"}, "/home/ana/.local/share/aidpost"},
		{"linux", map[string]string{"HOME": "/home/ana", "XDG_DATA_HOME": "/data"}, "/data/aidpost"},
		{"linux", map[string]string{"HOME": "/home/ana", "XDG_DATA_HOME": "not/absolute"}, "/home/ana/.local/share/aidpost"},
		{"freebsd", map[string]string{"HOME": "/home/ana"}, "/home/ana/.local/share/aidpost"},
		{"darwin", map[string]string{"HOME": "/Users/ana"}, "/Users/ana/Library/Application Support/aidpost"},
		{"windows", map[string]string{"LocalAppData": "C:/Users/ana/AppData/Local"}, "C:/Users/ana/AppData/Local/aidpost"},
		{"linux", nil, ""},
		{"windows", map[string]string{"HOME": "/home/ana"}, ""},
	} {
		got, err := dataFolder(test.system, func(name string) string { return test.env[name] })
		if filepath.ToSlash(got) != test.want || errors.Is(err, ErrNoHome) != (test.want == "") {
			t.Errorf("%s %v: %q, %v; want %q", test.system, test.env, got, err, test.want)
		}
	}
}

func TestZone(t *testing.T) {
	none := func(string) string { return "" }
	if z, err := Zone("America/La_Paz", none); err != nil || z.String() != "America/La_Paz" {
		t.Errorf("a named zone is %v, %v", z, err)
	}
	if z, err := Zone("Atlantis/Poseidon", none); err == nil {
		t.Errorf("a zone that does not exist is %v", z)
	}
	if z, err := Zone("", func(string) string { return ":Asia/Tokyo" }); err != nil || z.String() != "Asia/Tokyo" {
		t.Errorf("the zone of TZ is %v, %v", z, err)
	}
	if z, err := Zone("", none); err != nil || z.String() == "Local" || z.String() == "" {
		t.Errorf("this machine's zone is %q, %v; records need its name", z, err)
	}
}

// TestASimulatedSiteOffersEveryPanel from the wire up.
func TestASimulatedSiteOffersEveryPanel(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	s, err := Open(t.Context(), Config{Data: folder, Simulate: true, Twins: simulated.Options{Speed: 20}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{}, 1)
	look := func() {
		for _, p := range []vitals.Panel{
			vitals.BloodPressure, vitals.Oximetry, vitals.BloodGlucose, vitals.BodyWeight, vitals.BodyTemperature,
		} {
			if !offers(s.Rack.Attached(), p) {
				return
			}
		}
		select {
		case ready <- struct{}{}:
		default:
		}
	}
	defer s.Rack.Notify(look)()
	look()
	select {
	case <-ready:
	case <-time.After(20 * time.Second):
		t.Errorf("not all panels are ready: %+v", s.Rack.Attached())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(folder)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder is open to others: %v", info.Mode())
	}
}

// TestTwinsAreChosen: a simulated counter has what it was told to have.
func TestTwinsAreChosen(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Simulate: true, Models: []string{"berry-bci", "aandd-tm2655"}}, log)
	if err != nil {
		t.Fatal(err)
	}
	var models []string
	for deadline := time.Now().Add(20 * time.Second); len(models) < 2 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		models = nil
		for _, a := range s.Rack.Attached() {
			if a.Model.ID != "" {
				models = append(models, a.Model.ID)
			}
		}
	}
	if want := []string{"aandd-tm2655", "berry-bci"}; !slices.Equal(models, want) {
		t.Errorf("on the counter are %q", models)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(t.Context(), Config{Data: t.TempDir(), Simulate: true, Models: []string{"abacus"}}, log); !errors.Is(err, simulated.ErrNoTwin) {
		t.Errorf("a model without a twin: %v", err)
	}
}

func offers(attached []instruments.Attached, p vitals.Panel) bool {
	for _, a := range attached {
		if a.Model.Panel == p && a.State == instruments.Ready {
			return true
		}
	}
	return false
}

func TestOpenRefuses(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	if _, err := Open(t.Context(), Config{Data: t.TempDir(), Guideline: "grandmother"}, log); !errors.Is(err, guideline.ErrUnknownRuleSet) {
		t.Errorf("an unknown guideline: %v", err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, DatabaseName), []byte("not a database at all, but long enough"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Config{Data: folder, Simulate: true}, log)
	if !errors.Is(err, records.ErrForeign) && !errors.Is(err, records.ErrCorrupt) {
		t.Errorf("a file that is no database: %v", err)
	}
}
