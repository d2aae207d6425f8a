package cli

import (
	"errors"
	"strings"
	"testing"

	"aidpost/app/site"
	"aidpost/records"
)

func TestCorrections(t *testing.T) {
	folder, e := recorded(t)
	id := string(e.Observations[0].ID)
	for want, args := range map[string][]string{
		"name the reason":              {"void", id},
		"name the reason ":             {"void", id, "--reason", "because"},
		"name an observation":          {"void", "--reason", "duplicate"},
		"is no value like glucose=104": {"amend", id, "--value", "spo2=high", "--reason", "wrong-value"},
	} {
		if o := run(t, "", append(args, "--data", folder)...); o.code != ExitUsage || !strings.Contains(o.stderr, strings.TrimSpace(want)) {
			t.Errorf("%v: %+v", args, o)
		}
	}
	for want, args := range map[string][]string{
		"there is no observation":         {"void", string(e.ID), "--reason", "duplicate"},
		`no "pulse" was measured there`:   {"amend", id, "--value", "pulse=60", "--reason", "wrong-value"},
		"nothing is changed":              {"amend", id, "--value", "spo2=97", "--reason", "wrong-value"},
		"is no relation to eating":        {"amend", id, "--meal", "fasting", "--reason", "wrong-value"},
		"missing, or not one of the list": {"void", id, "--reason", "other"},
	} {
		if o := run(t, "", append(args, "--data", folder)...); o.code != ExitFailed || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if out := must(t, "", "amend", id, "--value", "spo2=95", "--reason", "wrong-value", "--note", "read upside down", "--data", folder); out != string(e.ID)+" revision 2\n" {
		t.Errorf("amend: %q", out)
	}
	if out := must(t, "", "trace", string(e.ID), "--data", folder); !strings.Contains(out, "95 %") {
		t.Errorf("after it: %s", out)
	}
	if out := must(t, "", "void", id, "--reason", "wrong-person", "--data", folder); out != string(e.ID)+" revision 3\n" {
		t.Errorf("void: %q", out)
	}
	store, err := site.OpenStore(t.Context(), folder, records.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for revision, want := range map[int]records.ObservationState{1: records.Confirmed, 2: records.Amended, 3: records.Voided} {
		got, err := store.EncounterRevision(t.Context(), e.ID, revision)
		if err != nil || got.Observations[0].State != want {
			t.Errorf("revision %d: %+v, %v", revision, got, err)
		}
	}
	list := must(t, "", "audit", "list", "--about", id, "--data", folder)
	for _, want := range []string{"observation.void", "wrong-person", "observation.amend", "wrong-value"} {
		if !strings.Contains(list, want) || strings.Contains(list, "upside") {
			t.Errorf("on record: %s", list)
		}
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	folder, e := recorded(t)
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	right := *e
	right.ID, right.Revision = records.NewID(), 0
	right.Observations = append([]records.Observation{}, e.Observations...)
	right.Observations[0].ID = records.NewID()
	right.Patient = &records.Patient{ID: records.NewID(), Given: "Grace", Family: "Hopper", BirthDate: records.Date{Year: 1906, Month: 12, Day: 9}}
	if err := errors.Join(store.Save(t.Context(), &right), store.Close()); err != nil {
		t.Fatal(err)
	}
	id := string(e.Observations[0].ID)
	if o := run(t, "", "move", id, "--reason", "wrong-person", "--data", folder); o.code != ExitUsage || !strings.Contains(o.stderr, "--to") {
		t.Errorf("to nobody: %+v", o)
	}
	out := must(t, "", "move", id, "--to", string(right.Patient.ID), "--reason", "wrong-person", "--data", folder)
	moved, _, _ := strings.Cut(out, " ")
	if list := must(t, "", "encounters", "--data", folder); moved == string(e.ID) || strings.Count(list, "Hopper") != 2 {
		t.Errorf("moved to %s:\n%s", moved, list)
	}
	if out := must(t, "", "trace", moved, "--data", folder); !strings.Contains(out, "97 %") {
		t.Errorf("there: %s", out)
	}
}
