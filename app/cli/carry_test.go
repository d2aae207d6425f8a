package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCarry: a visit goes to an office on a stick and word of it comes back, by the
// command line alone.
func TestCarry(t *testing.T) {
	t.Parallel()
	field, office := shared(t, nil), shared(t, nil)
	dir := t.TempDir()
	stick := filepath.Join(dir, "stick")
	do := func(folder string, want int, args ...string) outcome {
		t.Helper()
		o := run(t, "", append(append([]string{"carry"}, args...), "--data", folder)...)
		if o.code != want {
			t.Fatalf("%v: %+v", args, o)
		}
		return o
	}
	says := func(o outcome, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(strings.Join(strings.Fields(o.stdout+o.stderr), " "), part) {
				t.Errorf("%q is not in %s%s", part, o.stdout, o.stderr)
			}
		}
	}
	says(do(field, ExitFailed, "out", stick), "it is not set with whom visits are carried")
	for name, folder := range map[string]string{"Field": field, "Office": office} {
		key := do(folder, ExitOK, "key", "--name", name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(key.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	says(do(field, ExitOK, "trust", "--key", filepath.Join(dir, "Office"), "--office"), "Office is trusted")
	says(do(office, ExitOK, "trust", "--key", filepath.Join(dir, "Field"), "--name", "Truck 1"), "Truck 1 is trusted")
	says(do(field, ExitOK, "status"), "visits are carried to it", "local 1,", "held 0,")
	says(do(field, ExitOK, "out", stick), "1 visit put on the stick")
	says(do(field, ExitOK, "out", stick), "0 visits put on the stick, 1 there already")
	says(do(field, ExitOK, "status"), "local 0,", "carried 1,")
	says(do(office, ExitOK, "in", stick), "1 visit taken in", "word of 1 on the stick")
	says(do(field, ExitOK, "in", stick), "1 visit held by the office")
	says(do(field, ExitOK, "status"), "carried 0,", "held 1,")
	says(do(field, ExitOK, "status", "--json"), `"state": "held"`)

	says(do(office, ExitFailed, "compare", "11111111-1111-4111-8111-000000000001"), "there is none")
	says(do(office, ExitUsage, "keep", "11111111-1111-4111-8111-000000000001", "both"), "here or there")
	says(do(office, ExitUsage, "trust", "--name", "x"), "needs --key")
	says(do(office, ExitUsage, "in"), "the folder on the stick")
	if err := os.WriteFile(filepath.Join(dir, "none"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	says(do(office, ExitFailed, "trust", "--key", filepath.Join(dir, "none")), "not the key of an Aidpost")
	do(office, ExitOK, "trust", "--never", "--name", "truck 1")
	says(do(office, ExitFailed, "in", stick), "it is not set")
}
