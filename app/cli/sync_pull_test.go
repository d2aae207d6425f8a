package cli

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aidpost/records/outbox/standin"
)

// TestSyncPull: somebody whom another kiosk registered is found here.
func TestSyncPull(t *testing.T) {
	clock := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	people := &standin.People{Server: &standin.Server{}, Now: func() time.Time { clock = clock.Add(time.Second); return clock }}
	web := httptest.NewServer(people)
	defer web.Close()
	const id = "11111111-1111-4111-8111-000000000001"
	put := func(family string) {
		people.Put("Patient/"+id, fmt.Appendf(nil, `{"resourceType":"Patient","id":%q,"identifier":[
			{"system":"https://clinic.example/ids/record","value":%q},{"system":"https://clinic.example/ids/card","value":"AL1"}],
			"name":[{"use":"official","family":%q,"given":["Ada"]}],"birthDate":"1915-12-10"}`, id, id, family))
	}
	put("Lovelace")
	settings := map[string]any{"url": web.URL, "base": "https://clinic.example"}
	folder := shared(t, settings)
	if o := run(t, "", "sync", "pull", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "receive") {
		t.Errorf("not asked for: %+v", o)
	}
	settings["receive"] = map[string]any{"people": true, "orders": true}
	folder = shared(t, settings)
	says := func(what string, parts ...string) {
		t.Helper()
		o := run(t, "", "sync", what, "--data", folder)
		for _, part := range parts {
			if o.code != ExitOK || !strings.Contains(o.stdout, part) {
				t.Errorf("%s: exit %d, %q is not in %s%s", what, o.code, part, o.stdout, o.stderr)
			}
		}
	}
	says("pull", "1 person new, 0 changed")
	if o := run(t, "", "patients", "find", "lovelace", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, "Ada") {
		t.Errorf("find: %+v", o)
	}
	put("Byron")
	says("once", "1 visit sent", "0 people new, 1 changed")
	says("status", "received", "1 person known from the server")
	web.Close()
	if o := run(t, "", "sync", "pull", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "cannot be reached") {
		t.Errorf("away: %+v", o)
	}
}
