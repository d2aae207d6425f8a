package cli

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/timing"
)

// TestTimes: what was counted beside the records is shown, of the period that is
// asked for, and an activity report has it.
func TestTimes(t *testing.T) {
	folder, _ := recorded(t)
	b := timing.Open(filepath.Join(folder, timing.Folder), time.UTC, time.Now, slog.New(slog.DiscardHandler))
	for _, seconds := range []int{30, 41, 58} {
		b.Took(timing.Key{Kind: timing.Register, Lang: "fr"}, time.Duration(seconds)*time.Second)
	}
	b.Left(timing.Key{Kind: timing.Screen, Of: "consent", Lang: "en", Mode: "touch"})
	b.Close()
	o := runNow(t, "", "times", "--data", folder, "--zone", "UTC")
	if o.code != ExitOK || !strings.Contains(strings.Join(strings.Fields(o.stdout), " "), "register - fr - 3 41s 58s 0") {
		t.Errorf("%+v", o)
	}
	o = runNow(t, "", "times", "--data", folder, "--zone", "UTC", "--json")
	if o.code != ExitOK || !strings.Contains(o.stdout, `{"kind":"screen","of":"consent","lang":"en","mode":"touch","n":0,"halfSeconds":0,"nineSeconds":0,"left":1}`) {
		t.Errorf("%+v", o)
	}
	if o := runNow(t, "", "times", "--data", folder, "--from", "2020-01-01", "--to", "2020-01-31"); o.code != ExitOK || strings.Contains(o.stdout, "register") {
		t.Errorf("of another time: %+v", o)
	}
	if o := runNow(t, "", "times", "--data", folder, "--from", "yesterday"); o.code != ExitUsage {
		t.Errorf("no day: %+v", o)
	}
	if o := runNow(t, "", "report", "activity", "--out", "-", "--data", folder, "--zone", "UTC"); o.code != ExitOK || !strings.HasPrefix(o.stdout, "%PDF-") {
		t.Errorf("the report: %d %s", o.code, o.stderr)
	}
}
