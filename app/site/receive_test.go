package site

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox/standin"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestOrdersOnlyTighten: what the operator asks makes the profile stricter from
// the next start on, is on record, stays while the server is away or talks
// nonsense, and goes with the order, back to what the site's own file says.
func TestOrdersOnlyTighten(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store, err := OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	people := &standin.People{Server: &standin.Server{}, Now: time.Now}
	web := httptest.NewServer(people)
	defer web.Close()
	write(ProfileName, `{"refuse": ["oem-nibp"], "quality": [{"panel": "blood-glucose", "controlEvery": 24, "lots": true, "overrides": 2}]}`)
	write(SyncName, fmt.Sprintf(`{"url": %q, "base": "https://clinic.example", "receive": {"orders": true}}`, web.URL))
	order := func(status, orders string) {
		people.Put("Library/orders", fmt.Appendf(nil, `{"resourceType":"Library","status":%q,
			"identifier":[{"system":"https://clinic.example/ids/orders","value":"all"}],
			"content":[{"contentType":"application/json","data":%q}]}`, status, base64.StdEncoding.EncodeToString([]byte(orders))))
	}
	receive := func() error {
		t.Helper()
		s, err := LoadSync(folder)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Receiver(folder, "1", store, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Once(t.Context())
		return err
	}
	expect := func(when string, refused []string, hours int, lots, calibration bool) {
		t.Helper()
		p, err := LoadProfile(folder)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		plan, _ := p.Plan(vitals.BloodGlucose)
		if plan.ControlEvery != hours || plan.Lots != lots || plan.Calibration != calibration || max(plan.Overrides, 1) > 2 {
			t.Errorf("%s: the plan is %+v", when, plan)
		}
		for _, d := range p.drivers() {
			if slices.Contains(refused, d.Model().ID) {
				t.Errorf("%s: %s may be used", when, d.Model().ID)
			}
		}
		if len(p.drivers()) < 10 {
			t.Errorf("%s: only %d instruments may be used", when, len(p.drivers()))
		}
	}
	expect("at first", []string{"oem-nibp"}, 24, true, false)
	order("active", `{"refuse": ["contec-cms50d"], "quality": [{"panel": "blood-glucose", "controlEvery": 48, "calibration": true, "overrides": 9}]}`)
	if err := receive(); err != nil {
		t.Fatal(err)
	}
	expect("ordered", []string{"oem-nibp", "contec-cms50d"}, 24, true, true)
	order("active", `{"refuse": [], "allow": ["contec-cms50d"]}`)
	if receive() == nil {
		t.Error("orders that nobody understands are followed")
	}
	expect("nonsense", []string{"oem-nibp", "contec-cms50d"}, 24, true, true)
	order("active", `{"quality": [{"panel": "mood"}]}`)
	if receive() == nil {
		t.Error("a plan for nothing is followed")
	}
	order("retired", `{}`)
	if err := receive(); err != nil {
		t.Fatal(err)
	}
	expect("withdrawn", []string{"oem-nibp"}, 24, true, false)
	web.Close()
	if receive() == nil {
		t.Error("a server that is away answers")
	}
	n := 0
	err = store.Console("root", "k").Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Action == staff.ChangeSetting && e.Role == staff.Program {
			n++
		}
		return nil
	})
	if err != nil || n != 2 {
		t.Errorf("%d changes are on record, %v", n, err)
	}
	write(OrdersName, `{"broken`)
	if _, err := LoadProfile(folder); err == nil {
		t.Error("a kiosk opens without knowing what was asked of it")
	}
}
