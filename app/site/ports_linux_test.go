package site

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/instruments/simulated"
	"aidpost/records"
)

// heard opens a site on a real tty with a meter's model named there, and
// returns how many bytes reached the wire by the time that every driver which
// may say something has had its turn.
func heard(t *testing.T, change func(c *Config, path string)) int64 {
	t.Helper()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	var count atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 256)
		for {
			n, err := pty.Read(buf)
			count.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	c := Config{Data: t.TempDir(), Ports: []Port{{Path: pty.Path, Model: "onetouch-ultra2"}}}
	change(&c, pty.Path)
	s, err := Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end) && count.Load() == 0; {
		time.Sleep(50 * time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	pty.Close()
	<-ended
	return count.Load()
}

// TestListenOnlyPort: nothing reaches the wire of a port that a flag or the
// profile names, while a meter's port hears questions at once.
func TestListenOnlyPort(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(c *Config, path string)
		silent bool
	}{
		"neither": {func(*Config, string) {}, false},
		"by flag": {func(c *Config, path string) { c.ListenOnly = []string{path} }, true},
		"by profile": {func(c *Config, path string) {
			text := `{"listenOnly": ["` + path + `"]}`
			if err := os.WriteFile(filepath.Join(c.Data, ProfileName), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
			p, err := LoadProfile(c.Data)
			if err != nil {
				t.Error(err)
			}
			p.Fill(c)
		}, true},
		"another port": {func(c *Config, _ string) { c.ListenOnly = []string{"/dev/ttyUSB77"} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n := heard(t, tt.change); (n == 0) != tt.silent {
				t.Errorf("%d bytes reached the wire", n)
			}
		})
	}
}

// TestFill: flags win over the profile where there can be only one.
func TestFill(t *testing.T) {
	c := Config{Data: "/data", ListenOnly: []string{"COM3"}}
	p := Profile{Name: "Clinic", ListenOnly: []string{"A7"}, Captures: "captures"}
	p.Fill(&c)
	if !slices.Equal(c.ListenOnly, []string{"COM3", "A7"}) || c.Captures != filepath.Join("/data", "captures") || c.Place.Organization != "Clinic" {
		t.Errorf("filled %+v", c)
	}
	for from, want := range map[string]string{"/elsewhere": "/elsewhere", "": ""} {
		c := Config{Data: "/data"}
		Profile{Captures: from}.Fill(&c)
		if c.Captures != want {
			t.Errorf("captures of %q go to %q", from, c.Captures)
		}
	}
	c = Config{Captures: "/mine"}
	if p.Fill(&c); c.Captures != "/mine" {
		t.Errorf("the flag lost to %q", c.Captures)
	}
}

// TestCaptures: each measurement leaves a capture of its own that can be
// replayed, for nobody else to read.
func TestCaptures(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "captures")
	s, err := Open(t.Context(), Config{
		Data: t.TempDir(), Simulate: true, Captures: folder, Twins: simulated.Options{Speed: 50},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const model = "onetouch-ultra2"
	meter := func() *instruments.Attached {
		for _, a := range s.Rack.Attached() {
			if a.Model.ID == model && a.State == instruments.Ready {
				return &a
			}
		}
		return nil
	}
	for end := time.Now().Add(20 * time.Second); meter() == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the meter never was ready")
		}
	}
	for range 2 {
		readings := 0
		err := s.Rack.Measure(t.Context(), meter().ID, instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if err != nil || readings == 0 {
			t.Fatalf("%d readings, %v", readings, err)
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 2 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 || !strings.HasSuffix(f.Name(), SealedCapture) {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
		sealed, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil || bytes.Contains(sealed, []byte(model)) {
			t.Fatalf("in the open, or %v", err)
		}
		opened, err := s.Store.Console("root", "kiosk").OpenCapture(t.Context(), sealed)
		if err != nil {
			t.Fatal(err)
		}
		session, err := capture.Read(bytes.NewReader(opened))
		if err != nil || session.Model != model || len(session.Events) < 2 {
			t.Errorf("%s: %+v, %v", f.Name(), session, err)
		}
	}
}

// TestCaptureOfOne: what somebody asks for is written down, and nothing of anybody else.
func TestCaptureOfOne(t *testing.T) {
	folder := filepath.Join(t.TempDir(), CaptureFolder)
	store, err := OpenStore(t.Context(), t.TempDir(), records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	record := recordAsked(nil, folder, store, slog.New(slog.DiscardHandler))
	for _, asked := range []bool{false, true} {
		host, instrument := instruments.Pipe()
		port, end := record(instruments.Attached{Model: instruments.Model{ID: "m"}}, instruments.Job{Capture: asked}, host)
		if (port != host) != asked {
			t.Errorf("asked %t, another port %t", asked, port != host)
		}
		end()
		if err := instrument.Close(); err != nil {
			t.Error(err)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*"+SealedCapture))
		if err != nil || (len(files) == 1) != asked {
			t.Errorf("asked %t: %v, %v", asked, files, err)
		}
	}
}

// TestCaptureThatCannotBeWritten does not keep anybody from a reading.
func TestCaptureThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	host, instrument := instruments.Pipe()
	defer instrument.Close()
	port, end := recordInto(file, nil, slog.New(slog.DiscardHandler))(instruments.Attached{}, instruments.Job{}, host)
	if port != host {
		t.Error("another port is used")
	}
	end()
}
