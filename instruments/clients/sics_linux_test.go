package clients

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/mtsics"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

var scalePackages = []string{"labmcp-mettler-toledo==0.1.3"}

// weighs measures with our driver and returns the weight.
func weighs(ctx context.Context, t *testing.T, port instruments.Port) (weight vitals.Quantity) {
	t.Helper()
	err := mtsics.New().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			weight, _ = r.Values.Get(vitals.Weight)
		}
	})
	if err != nil {
		t.Error(err)
	}
	return weight
}

// TestScaleClient: labmcp-mettler-toledo reads of our twin, over a pseudo-terminal, the
// weight that our driver reads.
func TestScaleClient(t *testing.T) {
	python := python(t, "labmcp_mettler_toledo.driver, serial", scalePackages...)
	twin := simulated.NewSICS(simulated.Options{Seed: 7, Speed: 5})
	var theirs struct {
		Weight float64
		Unit   string
	}
	over(t, twin, func(ctx context.Context, path string) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		var complaint strings.Builder
		command := exec.CommandContext(ctx, python, "testdata/scale.py", path)
		command.Stderr = &complaint
		out, err := command.Output()
		if err != nil || json.Unmarshal(out, &theirs) != nil {
			t.Fatalf("%v: %q, %s", err, out, complaint.String())
		}
	})
	var ours vitals.Quantity
	over(t, twin, func(ctx context.Context, path string) {
		port, err := serialport.Open(path, twin.Line())
		if err != nil {
			t.Fatal(err)
		}
		defer port.Close()
		ours = weighs(ctx, t, port)
	})
	if want := fmt.Sprintf("%.2f %s", theirs.Weight, theirs.Unit); ours.String() != want {
		t.Errorf("they read %s, and we %s", want, ours)
	}
	t.Logf("both read %s", ours)
}
