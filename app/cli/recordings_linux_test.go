package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// A session of seven seconds, by the byte layout of atbrask/CMS50Dplus
// cms50dplus.py, begun at 23:30 as OSCAR cms50_loader.cpp has the header.
const session = "\xF2\x97\x1E\xF2\x97\x1E\xF2\x97\x1E\x80\x80\x14" +
	"\xF0\xBC\x61\xF0\xBD\x62\xF1\x82\x62\xF1\xFF\x7F\xF1\x83\x60\xF0\x80\x00\xF1\x80\x5F"

// TestDecodeRecordings: what was recorded comes out second by second, and never
// as a reading.
func TestDecodeRecordings(t *testing.T) {
	const want = `{"recording":1,"model":"contec-cms50d","began":null,"time_of_day":"23:30","every_seconds":1,"announced":7,"samples":7}
{"recording":1,"index":0,"spo2":97,"pulse":60,"perfusion_index":null}
{"recording":1,"index":1,"spo2":98,"pulse":61,"perfusion_index":null}
{"recording":1,"index":2,"spo2":98,"pulse":130,"perfusion_index":null}
{"recording":1,"index":3,"spo2":null,"pulse":null,"perfusion_index":null}
{"recording":1,"index":4,"spo2":96,"pulse":131,"perfusion_index":null}
{"recording":1,"index":5,"spo2":null,"pulse":null,"perfusion_index":null}
{"recording":1,"index":6,"spo2":95,"pulse":128,"perfusion_index":null}
`
	o := run(t, session, "decode", "--model", "contec-cms50d", "--recordings", "-")
	if o.code != ExitOK || o.stdout != want || o.stderr != "" {
		t.Errorf("%+v", o)
	}
	o = run(t, session, "decode", "--model", "contec-cms50d", "-")
	if o.code != ExitFault || o.stdout != "" || !strings.Contains(o.stderr, "1 recordings but no reading") {
		t.Errorf("without the flag: %+v", o)
	}
	o = run(t, session[:len(session)-3], "decode", "--model", "contec-cms50d", "--recordings", "-")
	if !strings.Contains(o.stderr, string(instruments.DamagedRecord)) {
		t.Errorf("cut short: %+v", o)
	}
}

// TestRecordings fetches them from instruments.
func TestRecordings(t *testing.T) {
	packets := simulated.NewContecPackets(simulated.Options{Seed: 1})
	for model, test := range map[string]struct {
		lines int
		began string
	}{
		"contec-cms50d": {
			1 + len(simulated.NewContecStream(simulated.Options{Seed: 4}).Night().Samples), `"time_of_day":"23:`,
		},
		"contec-cms50d-plus": {
			2 + len(packets.Nights()[0].Samples) + len(packets.Nights()[1].Samples), `"began":"2026-03-09T23:`,
		},
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			seed := map[string]string{"contec-cms50d": "4", "contec-cms50d-plus": "1"}[model]
			port := simulate(t, model, "--seed", seed)
			o := runEnv(t.Context(), t, live(), "recordings", "--port", port)
			if n := strings.Count(o.stdout, "\n"); o.code != ExitOK || n != test.lines || !strings.Contains(o.stdout, test.began) {
				t.Errorf("exit %d, %d lines, want %d; %s %.300s", o.code, n, test.lines, o.stderr, o.stdout)
			}
			if model == "contec-cms50d" { // its one session has no date, and is fetched whole again
				return
			}
			before := filepath.Join(t.TempDir(), "before.jsonl")
			if err := os.WriteFile(before, []byte(o.stdout), 0o600); err != nil {
				t.Fatal(err)
			}
			again := runEnv(t.Context(), t, live(), "recordings", "--port", port, "--after", before)
			if again.code != ExitOK || again.stdout != o.stdout {
				t.Errorf("with all there already: exit %d, %s, %d bytes where there were %d", again.code, again.stderr, len(again.stdout), len(o.stdout))
			}
		})
	}
	t.Run("nothing that keeps any", func(t *testing.T) {
		t.Parallel()
		port := simulate(t, "contec-oem")
		o := runEnv(t.Context(), t, live(), "recordings", "--port", port, "--model", "contec-cms50d-plus")
		if o.code != ExitNoInstrument {
			t.Errorf("%+v", o)
		}
	})
}
