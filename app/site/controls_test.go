package site

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/quality"
)

// TestControlsOfAMeter: what a meter marks as control solution is put on record by
// whatever reads it, a visit as well, once however often it is read; and no
// result of a person comes along.
func TestControlsOfAMeter(t *testing.T) {
	for _, id := range []string{"taidoc-td42xx", "onetouch-ultra2", "onetouch-verioiq", "abbott-freestyle-optium", "caresens-n", "contour-serial", "glucocard-vital"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			store, err := OpenStore(t.Context(), t.TempDir(), records.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			log := slog.New(slog.NewTextHandler(io.Discard, nil))
			s := &Site{Store: store}
			twin, err := simulated.New(id, simulated.Options{Speed: 100})
			if err != nil {
				t.Fatal(err)
			}
			meter := twin.(interface {
				simulated.Twin
				Clear()
				AddResult(simulated.Result)
			})
			rack, from := onCounter(t, meter, instruments.RackOptions{Controls: s.keepControls(log)}, log)
			meter.Clear()
			now := time.Now()
			meter.AddResult(simulated.Result{At: now.Add(-72 * time.Hour), MgPerDL: 117, Kind: simulated.ControlTest})
			meter.AddResult(simulated.Result{At: now.Add(-20 * time.Hour), MgPerDL: 333})
			meter.AddResult(simulated.Result{At: now.Add(-4 * time.Minute), MgPerDL: 104})
			meter.AddResult(simulated.Result{At: now.Add(-3 * time.Minute), MgPerDL: 121, Kind: simulated.ControlTest})

			visit := instruments.Job{Since: now.Add(-10 * time.Minute)}
			all := instruments.Job{Controls: true}
			for n, step := range []struct {
				job      instruments.Job
				readings int
				want     []string
			}{
				{visit, 1, []string{"121 mg/dL"}},
				{all, 0, []string{"117 mg/dL", "121 mg/dL"}},
				{all, 0, []string{"117 mg/dL", "121 mg/dL"}},
				{visit, 1, []string{"117 mg/dL", "121 mg/dL"}},
			} {
				readings := 0
				err := rack.Measure(t.Context(), from.ID, step.job, func(e instruments.Event) {
					if _, ok := e.(*instruments.Reading); ok {
						readings++
					}
				})
				if err != nil || readings != step.readings {
					t.Errorf("step %d: %d readings, %v", n, readings, err)
				}
				l, err := store.QualityLog(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, c := range l.StoredOf(quality.Instrument{Model: id, Serial: from.Identity.Serial}) {
					got = append(got, c.Value.String())
				}
				if slices.Sort(got); !slices.Equal(got, step.want) || len(l.Stored) != len(got) {
					t.Errorf("step %d: on record %q, want %q", n, got, step.want)
				}
			}
		})
	}
}

// onCounter plugs a twin in and waits until it is ready.
func onCounter(t *testing.T, twin simulated.Twin, options instruments.RackOptions, log *slog.Logger) (*instruments.Rack, instruments.Attached) {
	t.Helper()
	bus := simulated.NewBus(nil, log)
	options.Pins = map[string]string{"sim1": twin.Model()}
	rack := instruments.NewRack(bus, catalogue.Drivers(), options, log)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- rack.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
		bus.Close()
	})
	if _, err := bus.Plug(t.Context(), twin, instruments.USBID{}, simulated.Options{}); err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	defer rack.Notify(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for {
		if list := rack.Attached(); len(list) == 1 && list[0].State == instruments.Ready {
			return rack, list[0]
		}
		<-changed
	}
}
