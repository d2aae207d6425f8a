package cli

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// lines is what a person types: each answer and Enter.
func lines(answers ...string) string { return strings.Join(answers, "\n") + "\n" }

// staffed is a folder with records and two accounts.
func staffed(t *testing.T) (folder string) {
	t.Helper()
	folder, _ = recorded(t)
	must(t, lines("admin badge", "604183"), "staff", "add", "--name", "Ada", "--role", "administrator", "--data", folder)
	must(t, lines("admin badge", "604183", "badge of Otto", "918374"), "staff", "add", "--name", "Otto", "--role", "operator", "--data", folder)
	must(t, lines("badge of Otto", "918374", "291740"), "staff", "reset-pin", "me", "--data", folder)
	return folder
}

func TestStaff(t *testing.T) {
	t.Parallel()
	folder := staffed(t)
	admin := lines("ADMIN badge", "604183")
	if list := must(t, admin, "staff", "list", "--data", folder); !strings.Contains(list, "Otto") || strings.Contains(list, "badge of Otto") || strings.Contains(list, "291740") {
		t.Errorf("list:\n%s", list)
	}
	// Every verb that shows records asks, and does nothing without an answer.
	for _, args := range [][]string{{"encounters"}, {"trace", "x"}, {"report", "x", "--out", "-"}, {"audit", "verify"}, {"audit", "list"}, {"staff", "list"}} {
		args = append(args, "--data", folder)
		if o := run(t, "", args...); o.code != ExitFailed || o.stdout != "" {
			t.Errorf("%v without signing in: %+v", args, o)
		}
		if o := run(t, lines("admin badge", "111111"), args...); o.code != ExitDenied || o.stdout != "" {
			t.Errorf("%v with a wrong PIN: %+v", args, o)
		}
		must(t, admin, "staff", "unlock", "ada", "--data", folder) // a right attempt forgives
	}
	otto := lines("badge of Otto", "291740")
	if o := run(t, otto, "encounters", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, "Lovelace") {
		t.Errorf("an operator lists visits: %+v", o)
	}
	for _, args := range [][]string{{"audit", "list"}, {"staff", "list"}, {"staff", "disable", "Ada"}, {"staff", "add", "--name", "Eve", "--role", "administrator"}} {
		if o := run(t, otto+lines("eve's badge", "604183"), append(args, "--data", folder)...); o.code != ExitDenied || o.stdout != "" {
			t.Errorf("%v by an operator: %+v", args, o)
		}
	}
	must(t, otto+lines("83920174"), "staff", "reset-pin", "me", "--data", folder)
	if o := run(t, otto, "encounters", "--data", folder); o.code != ExitDenied {
		t.Errorf("the old PIN: %+v", o)
	}
	must(t, admin+lines("550931"), "staff", "reset-pin", "otto", "--data", folder)
	given := lines("badge of Otto", "550931")
	if o := run(t, given, "encounters", "--data", folder); o.code != ExitDenied || !strings.Contains(o.stderr, "reset-pin me") || o.stdout != "" {
		t.Errorf("with a PIN that somebody else chose: %+v", o)
	}
	if o := run(t, given+lines("550931"), "staff", "reset-pin", "me", "--data", folder); o.code != ExitFailed {
		t.Errorf("the same PIN: %+v", o)
	}
	must(t, given+lines("660742"), "staff", "reset-pin", "me", "--data", folder)
	must(t, lines("badge of Otto", "660742"), "encounters", "--data", folder)
	must(t, admin, "staff", "role", "Otto", "--role", "technician", "--data", folder)
	if o := run(t, lines("badge of Otto", "660742"), "encounters", "--data", folder); o.code != ExitDenied {
		t.Errorf("a technician lists visits: %+v", o)
	}
	must(t, admin+lines("new badge of Otto"), "staff", "badge", "otto", "--data", folder)
	if list := must(t, admin, "staff", "list", "--data", folder); !strings.Contains(list, "technician") || !strings.Contains(list, "LAST SIGN-IN") {
		t.Errorf("list:\n%s", list)
	}
	if o := run(t, lines("badge of Otto", "660742", "291740"), "staff", "reset-pin", "me", "--data", folder); o.code != ExitDenied {
		t.Errorf("the old badge: %+v", o)
	}
	must(t, admin, "staff", "disable", "Otto", "--data", folder)
	if o := run(t, lines("badge of Otto", "660742"), "encounters", "--data", folder); o.code != ExitDenied {
		t.Errorf("a disabled account: %+v", o)
	}
	for want, args := range map[string][]string{
		"the last administrator stays": {"staff", "disable", "Ada"},
		"there is no account":          {"staff", "unlock", "Otto"},
		"choose another PIN":           {"staff", "reset-pin", "Ada"},
		"somebody else has it":         {"staff", "add", "--name", "Eve", "--role", "operator"},
	} {
		in := admin + lines("123456")
		if args[1] == "add" {
			in = admin + lines("admin badge", "604183")
		}
		if o := run(t, in, append(args, "--data", folder)...); o.code != ExitFailed || !strings.Contains(o.stderr, want) {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if out := must(t, admin, "audit", "list", "--data", folder); !strings.Contains(out, "operator Otto") || !strings.Contains(out, "administrator Ada") {
		t.Errorf("who it was is not told: %s", out)
	}
	if out := must(t, admin, "audit", "verify", "--data", folder); !strings.Contains(out, "signed up to") {
		t.Errorf("audit: %s", out)
	}
	for _, args := range [][]string{
		{"staff"}, {"staff", "dance"}, {"staff", "disable"}, {"staff", "role", "Otto"}, {"staff", "badge", "Otto", "--role", "auditor"}, {"staff", "list", "x"}, {"staff", "add", "--name", "Eve"},
		{"staff", "add", "--name", "Eve", "--role", "patient"}, {"staff", "list", "--name", "Eve"},
	} {
		if o := run(t, "", append(args, "--data", folder)...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
}

// A new kiosk is set up before it has seen anybody, and never with a password
// that it came with.
func TestStaffOfANewKiosk(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	if o := run(t, "", "staff", "list", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "there are no records yet") {
		t.Errorf("%+v", o)
	}
	must(t, lines("admin badge", "604183"), "staff", "add", "--name", "Ada", "--role", "administrator", "--data", folder)
	if o := run(t, "", "staff", "list", "--data", folder); o.code != ExitFailed {
		t.Errorf("%+v", o)
	}
	must(t, lines("admin badge", "604183"), "staff", "list", "--data", folder)
}

// A person at a terminal types unseen, and a new PIN twice.
func TestStaffAtATerminal(t *testing.T) {
	folder, _ := recorded(t)
	var asked []string
	typing := func(answers ...string) Env {
		asked = nil
		return Env{Terminal: true, Secret: func(_ context.Context, question string) (string, error) {
			asked = append(asked, question)
			answer := answers[0]
			answers = answers[1:]
			return answer, nil
		}}
	}
	add := []string{"staff", "add", "--name", "Ada", "--role", "administrator", "--data", folder}
	if o := runEnv(t.Context(), t, typing("a badge", "604183", "604138"), add...); o.code != ExitFailed || !strings.Contains(o.stderr, "not the same") {
		t.Errorf("a slip of the finger: %+v", o)
	}
	if o := runEnv(t.Context(), t, typing("a badge", "604183", "604183"), add...); o.code != ExitOK {
		t.Errorf("%+v", o)
	}
	if o := runEnv(t.Context(), t, typing("a badge", "604183"), "encounters", "--data", folder); o.code != ExitOK || strings.Join(asked, "|") != "Badge: |PIN: " {
		t.Errorf("asked %q: %+v", asked, o)
	}
}

// A technician sees nobody's data, unless somebody is in danger.
func TestEmergency(t *testing.T) {
	t.Parallel()
	folder := staffed(t)
	admin := lines("admin badge", "604183")
	must(t, admin+lines("badge of Tess", "918374"), "staff", "add", "--name", "Tess", "--role", "technician", "--data", folder)
	must(t, lines("badge of Tess", "918374", "482957"), "staff", "reset-pin", "me", "--data", folder)
	tess := lines("badge of Tess", "482957")
	if o := run(t, tess, "encounters", "--data", folder); o.code != ExitDenied || o.stdout != "" {
		t.Errorf("without a reason: %+v", o)
	}
	if o := run(t, tess, "encounters", "--emergency", "collapsed here", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, "Lovelace") {
		t.Errorf("in an emergency: %+v", o)
	}
	if o := run(t, tess, "audit", "emergencies", "--data", folder); o.code != ExitDenied || o.stdout != "" {
		t.Errorf("reviewed by a technician: %+v", o)
	}
	if out := must(t, admin, "audit", "emergencies", "--data", folder); !strings.Contains(out, "Tess") || !strings.Contains(out, "collapsed here") {
		t.Errorf("reviewed: %s", out)
	}
}
