package about

import (
	"runtime/debug"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	var f Facts
	f.read([]debug.BuildSetting{
		{Key: "vcs.revision", Value: "91f07cf"}, {Key: "vcs.time", Value: "2026-03-02T08:12:00Z"},
		{Key: "vcs.modified", Value: "true"}, {Key: "GOOS", Value: "linux"},
	})
	if want := time.Date(2026, 3, 2, 8, 12, 0, 0, time.UTC); f.Source != "91f07cf" || !f.Altered || !f.Dated.Equal(want) {
		t.Errorf("%+v", f)
	}
	f = Facts{}
	f.read([]debug.BuildSetting{{Key: "vcs.time", Value: "yesterday"}, {Key: "vcs.modified", Value: "false"}})
	if f.Altered || !f.Dated.IsZero() {
		t.Errorf("%+v", f)
	}
}

func TestOf(t *testing.T) {
	if f := Of("1.2.3", "desk-1", "m1", nil); f.Version != "1.2.3" || f.Kiosk != "desk-1" || f.Machine != "m1" || f.Go == "" || f.System == "" {
		t.Errorf("%+v", f)
	}
}

// TestLibraries: what is linked into a program stands in its list.
func TestLibraries(t *testing.T) {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the build tells nothing")
	}
	if got := Of("", "", "", nil).Libraries; len(got) != len(build.Deps) {
		t.Errorf("%d libraries of %d", len(got), len(build.Deps))
	}
}
