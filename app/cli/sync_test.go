package cli

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// shared fills a data folder with one visit that may be sent and one that may
// not, and names the server.
func shared(t *testing.T, settings map[string]any) string {
	t.Helper()
	folder := t.TempDir()
	store, err := site.OpenStore(t.Context(), folder, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	for _, agreed := range []bool{true, false} {
		e := &records.Encounter{
			ID: records.NewID(), Status: records.Finished, Started: noon.Add(-time.Hour), Ended: noon.Add(-time.Minute), Zone: "UTC",
			Consents: []records.Consent{{Purpose: records.ConsentShare, Given: agreed, Version: "1", At: noon.Add(-time.Hour)}},
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: noon.Add(-time.Minute),
				Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
				Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+", Serial: "7"}, Driver: "contec-cms50d-plus"},
			}},
		}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if settings != nil {
		text, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, site.SyncName), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestSync(t *testing.T) {
	refuse := "Encounter.period"
	server := &standin.Server{Refuse: func(kind string, _ []byte) string {
		if kind == "Encounter" {
			return refuse
		}
		return ""
	}}
	web := httptest.NewServer(server)
	defer web.Close()
	folder := shared(t, map[string]any{"url": web.URL, "base": "https://clinic.example"})
	sync := func(what string) outcome { return run(t, "", "sync", what, "--data", folder) }
	contains := func(o outcome, code int, parts ...string) {
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
	contains(sync("status"), ExitOK, "waiting  1", "held     1,", web.URL)
	contains(sync("once"), ExitOK, "0 visits sent, 1 refused")
	contains(sync("status"), ExitOK, "refused        1,", "Encounter.period")
	refuse = ""
	contains(sync("retry"), ExitOK, "1 visit sent")
	contains(sync("status"), ExitOK, "sent          1", "held          1,", "last success")
	contains(sync("check"), ExitOK, "1 visit checked, 0 lost by the server, 0 changed there by others", "0 visits sent")
	if n := server.Lose(func(key string) bool { return strings.HasPrefix(key, "Observation/") }); n != 1 {
		t.Errorf("it held %d observations", n)
	}
	contains(sync("check"), ExitOK, "1 visit checked, 1 lost by the server", "1 visit sent")
	contains(sync("check"), ExitOK, "1 visit checked, 0 lost by the server")
	contains(sync("status"), ExitOK, "last check", "1 visit lost by the server and sent again so far")
	web.Close()
	contains(sync("check"), ExitFailed, "the rest was not checked", "cannot be reached")
	contains(run(t, "", "sync", "status", "--data", folder, "--json"), ExitOK, `"done": 1`, `"held": 1`)
	contains(sync("once"), ExitOK, "0 visits sent") // nothing is due
	if n := len(server.Held()); n == 0 {
		t.Error("the server holds nothing")
	}
}

// TestSyncKeep: whoever is told that a visit was changed on the server says whose
// word holds.
func TestSyncKeep(t *testing.T) {
	server := &standin.Server{VersionZero: true}
	web := httptest.NewServer(server)
	defer web.Close()
	folder := shared(t, map[string]any{"url": web.URL, "base": "https://clinic.example"})
	sync := func(args ...string) outcome {
		return run(t, "", append(append([]string{"sync"}, args...), "--data", folder)...)
	}
	sync("once")
	key, visit := "", ""
	for at := range server.Held() {
		if kind, id, _ := strings.Cut(at, "/"); kind == "Observation" {
			key = at
		} else if kind == "Encounter" {
			visit = id
		}
	}
	was := string(server.Held()[key].JSON)
	if o := sync("keep", visit, "here"); o.code != ExitFailed || !strings.Contains(o.stderr, "no visit") {
		t.Errorf("nothing to decide: %+v", o)
	}
	server.Put(key, []byte(strings.Replace(was, `"value":97`, `"value":79`, 1)))
	if o := sync("check"); !strings.Contains(o.stdout, "1 changed there by others") {
		t.Fatalf("%+v", o)
	}
	if o := sync("status"); !strings.Contains(o.stdout, "refused visit  "+visit) {
		t.Errorf("%+v", o)
	}
	for _, wrong := range [][]string{{"keep"}, {"keep", visit}, {"keep", visit, "both"}} {
		if o := sync(wrong...); o.code != ExitUsage {
			t.Errorf("%v: %+v", wrong, o)
		}
	}
	if o := sync("keep", visit, "here"); o.code != ExitOK || !strings.Contains(o.stdout, "1 visit sent") {
		t.Errorf("%+v", o)
	}
	if now := string(server.Held()[key].JSON); now != was {
		t.Errorf("the server holds %s, want %s", now, was)
	}
}

// TestSyncShow: of one visit both hashes are said, part by part, and what was tried,
// while a kiosk is open or not; without a server, how far it has come.
func TestSyncShow(t *testing.T) {
	server := &standin.Server{VersionZero: true}
	web := httptest.NewServer(server)
	defer web.Close()
	folder := shared(t, map[string]any{"url": web.URL, "base": "https://clinic.example", "auth": map[string]string{"kind": "bearer"}})
	var listed []struct{ ID string }
	if o := run(t, "", "encounters", "--data", folder, "--json"); json.Unmarshal([]byte(o.stdout), &listed) != nil || len(listed) == 0 {
		t.Fatalf("%+v", o)
	}
	show := func(id string, parts ...string) {
		t.Helper()
		o := run(t, "", "sync", "show", id, "--data", folder)
		for _, part := range parts {
			if o.code != ExitOK || !strings.Contains(o.stdout, part) {
				t.Errorf("%q is not in %+v", part, o)
			}
		}
	}
	stages := ""
	for _, e := range listed {
		o := run(t, "", "sync", "show", e.ID, "--data", folder, "--json")
		var s standing
		if err := json.Unmarshal([]byte(o.stdout), &s); err != nil || s.Proved || s.Receipt != "" || len(s.Hash) != 64 {
			t.Errorf("%v: %+v", err, o)
		}
		stages += string(s.Stage) + " "
	}
	if stages != "waiting held " && stages != "held waiting " {
		t.Error(stages)
	}
	sends := map[string]any{"url": web.URL, "base": "https://clinic.example"}
	text, err := json.Marshal(sends)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, site.SyncName), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if o := run(t, "", "sync", "once", "--data", folder); o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	visit := ""
	for at := range server.Held() {
		if kind, id, _ := strings.Cut(at, "/"); kind == "Encounter" {
			visit = id
		}
	}
	show(visit, "stage      sent", "given back all of it", "Observation/", ": as here, version 1", "log ", ": the server holds it")
	if err := os.Remove(filepath.Join(folder, site.SyncName)); err != nil {
		t.Fatal(err)
	}
	show(visit, "stage   sent", "proved  no", "the server holds it")
	if o := run(t, "", "sync", "show", string(records.NewID()), "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "no visit") {
		t.Errorf("%+v", o)
	}
}

// TestSyncExpires: a certificate that ends soon is said, and no other.
func TestSyncExpires(t *testing.T) {
	for _, tt := range []struct {
		expire outbox.Expiries
		want   string
	}{
		{outbox.Expiries{}, ""},
		{outbox.Expiries{Server: noon}, "the server's is valid until"},
		{outbox.Expiries{Own: noon}, "this machine's is valid until"},
	} {
		var b strings.Builder
		if err := (syncStatus{Expire: tt.expire}).write(&b); err != nil {
			t.Fatal(err)
		}
		if said := strings.Contains(b.String(), "certificate"); said != (tt.want != "") || !strings.Contains(b.String(), tt.want) {
			t.Errorf("%+v: %s", tt.expire, b.String())
		}
	}
}

func TestSyncWithoutServer(t *testing.T) {
	none := shared(t, nil)
	if o := run(t, "", "sync", "once", "--data", none); o.code != ExitFailed || !strings.Contains(o.stderr, site.ProfileName) {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "sync", "status", "--data", none); o.code != ExitOK || !strings.Contains(o.stdout, "none is set") {
		t.Errorf("%+v", o)
	}
	away := shared(t, map[string]any{"url": "http://127.0.0.1:1", "base": "https://clinic.example"})
	if o := run(t, "", "sync", "once", "--data", away); o.code != ExitFailed || !strings.Contains(o.stderr, "cannot be reached") {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "sync", "dance"); o.code != ExitUsage {
		t.Errorf("%+v", o)
	}
}

// TestSyncSecrets: a secret that others can read is not used.
func TestSyncSecrets(t *testing.T) {
	folder := shared(t, map[string]any{
		"url": "http://127.0.0.1:1", "base": "https://clinic.example", "auth": map[string]any{"kind": "bearer", "secret": "token"},
	})
	if err := os.WriteFile(filepath.Join(folder, "token"), []byte("s3cr3t\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := run(t, "", "sync", "once", "--data", folder)
	if o.code != ExitFailed || !strings.Contains(o.stderr, "can be read by others") || strings.Contains(o.stderr, "s3cr3t") {
		t.Errorf("%+v", o)
	}
}
