package cli

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/app/site"
	"aidpost/records/outbox/standin"
)

// TestProvision sets up two machines by one file: both have all of it, each its
// own name, and no step but that one.
func TestProvision(t *testing.T) {
	web := httptest.NewServer(&standin.Server{})
	defer web.Close()
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 120, 40))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "riverside.json")
	text := fmt.Sprintf(`{
  "version": 1,
  "name": "Riverside",
  "country": "DE",
  "logo": %q,
  "keepDays": 365,
  "keep": {"backupDays": 3},
  "languages": ["de", "tr"],
  "sync": {"url": %q, "base": "https://riverside.example"}
}
`, base64.StdEncoding.EncodeToString(logo.Bytes()), web.URL)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := func(o outcome, code int, parts ...string) {
		t.Helper()
		if o.code != code {
			t.Errorf("exit %d: %s%s", o.code, o.stdout, o.stderr)
		}
		for _, part := range parts {
			if !strings.Contains(o.stdout+o.stderr, part) {
				t.Errorf("%q is not in %s%s", part, o.stdout, o.stderr)
			}
		}
	}
	for _, name := range []string{"kiosk-1", "kiosk-2"} {
		folder := filepath.Join(t.TempDir(), "home") // there is nothing yet
		want(run(t, "", "provision", file, "--kiosk", name, "--queue", "C", "--data", folder), ExitOK, "this machine is "+name)
		copied, err := os.ReadFile(filepath.Join(folder, site.ProfileName))
		if err != nil || string(copied) != text {
			t.Errorf("%s, %v", copied, err)
		}
		want(run(t, "", "settings", "check", "--data", folder), ExitOK, "nothing is wrong")
		want(run(t, "", "settings", "show", "--data", folder), ExitOK,
			"name", "Riverside", name, "emergency", "112", "120 × 40", "keepDays", "365", "keep.backupDays", "de, tr")
		p, err := site.LoadProfile(folder)
		if err != nil || p.Place().Ticket(7) != "C7" || p.GuidelineID() != "esc-2024" || p.Retention().Days != 3 || !bytes.Equal(p.Letterhead().Logo, logo.Bytes()) {
			t.Errorf("%+v, %v", p, err)
		}
		want(run(t, "", "visit", "--script", visitScript(t, "who Ada Example 1980-01-01\nconsent keep\n"), "--simulate", "--speed", "50", "--data", folder), ExitOK)
		want(run(t, "", "sync", "status", "--data", folder), ExitOK, web.URL)
		want(run(t, "", "settings", "undo", "--data", folder), ExitOK)
		want(run(t, "", "settings", "show", "--data", folder), ExitOK, "Aidpost", name)
	}
}

// visitScript writes a script of a visit.
func visitScript(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "visit.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is wrong is said with its line, all of it, and nothing is written.
func TestProvisionRefuses(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "home")
	o := run(t, "{\n\"nmae\": \"x\",\n\"keepDays\": \"ten\"\n}", "provision", "-", "--data", folder)
	for _, part := range []string{"line 2, nmae", "line 3, keepDays"} {
		if o.code != ExitFailed || !strings.Contains(o.stderr, part) {
			t.Errorf("%d, %s", o.code, o.stderr)
		}
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("the folder was made")
	}
}

func TestSettingsExplain(t *testing.T) {
	o := run(t, "", "settings", "explain")
	for _, f := range site.Fields() {
		if !strings.Contains(o.stdout, f.Path+"\n    "+f.About) {
			t.Errorf("%s is not explained", f.Path)
		}
	}
}
