package instruments_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// twinsOnCounter runs test over a rack with every driver and a bus of twins
// in memory. Pins are by path: the first twin to be plugged in is sim1.
func twinsOnCounter(t *testing.T, pins map[string]string, test func(t *testing.T, bus *simulated.Bus, rack *instruments.Rack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		bus := simulated.NewBus(nil, log)
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Pins: pins}, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		test(t, bus, rack)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		bus.Close()
	})
}

// plugTwin plugs a twin in with the first adapter of its model.
func plugTwin(t *testing.T, bus *simulated.Bus, id string, o simulated.Options) instruments.Endpoint {
	t.Helper()
	twin, err := simulated.New(id, o)
	if err != nil {
		t.Fatal(err)
	}
	driver, ok := catalogue.Find(id)
	if !ok {
		t.Fatalf("no driver for %s", id)
	}
	e, err := bus.Plug(t.Context(), twin, driver.Model().Adapters[0].USBID, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestEveryTwinIsRecognised, side by side and two of each, although most
// adapters are those of several models.
func TestEveryTwinIsRecognised(t *testing.T) {
	var ids []string
	pins := map[string]string{}
	for _, id := range append(simulated.Twins(), simulated.Twins()...) {
		ids = append(ids, id)
		if d, _ := catalogue.Find(id); d.Model().Chosen {
			pins[fmt.Sprintf("sim%d", len(ids))] = id
		}
	}
	twinsOnCounter(t, pins, func(t *testing.T, bus *simulated.Bus, rack *instruments.Rack) {
		want := map[string]string{}
		for _, id := range ids {
			want[plugTwin(t, bus, id, simulated.Options{}).Path] = id
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		list := rack.Attached()
		if len(list) != len(want) {
			t.Fatalf("%d attached, want %d", len(list), len(want))
		}
		for _, a := range list {
			if a.State != instruments.Ready || a.Model.ID != want[a.Endpoint.Path] {
				t.Errorf("%s is %s %q (%s), want %s", a.Endpoint.Path, a.State, a.Model.ID, a.Fault, want[a.Endpoint.Path])
			}
		}
	})
}

// TestEveryTwinIsMeasured through the rack, and pulled while it works.
func TestEveryTwinIsMeasured(t *testing.T) {
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			twinsOnCounter(t, map[string]string{"sim1": id}, func(t *testing.T, bus *simulated.Bus, rack *instruments.Rack) {
				e := plugTwin(t, bus, id, simulated.Options{Seed: 1})
				time.Sleep(20 * time.Second)
				synctest.Wait()
				list := rack.Attached()
				if len(list) != 1 || list[0].State != instruments.Ready {
					t.Fatalf("attached %+v", list)
				}
				var readings []*instruments.Reading
				err := rack.Measure(t.Context(), list[0].ID, instruments.Job{Since: time.Now().Add(-time.Minute)}, func(e instruments.Event) {
					if r, ok := e.(*instruments.Reading); ok {
						readings = append(readings, r)
					}
				})
				if err != nil || len(readings) != 1 || readings[0].Panel != list[0].Model.Panel || len(readings[0].Capture) == 0 {
					t.Fatalf("%d readings, %v", len(readings), err)
				}
				if !list[0].Model.Abilities.Live {
					return // a meter is read in no time at all on a wire without pace
				}
				ended := make(chan error, 1)
				go func() {
					ended <- rack.Measure(t.Context(), list[0].ID, instruments.Job{Since: time.Now()}, func(instruments.Event) {})
				}()
				synctest.Wait()
				bus.Unplug(e.Path)
				began := time.Now()
				if err := <-ended; instruments.CodeOf(err) != instruments.Unplugged {
					t.Errorf("pulled: %v", err)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("noticed after %v", took)
				}
			})
		})
	}
}

// TestRecall: what an instrument recorded on its own is fetched through the rack,
// from those that keep any, and each is ready again after it.
func TestRecall(t *testing.T) {
	for id, want := range map[string]instruments.FaultCode{
		"contec-cms50d": "", "contec-cms50d-plus": "", "nonin-df2": instruments.WrongModel,
	} {
		t.Run(id, func(t *testing.T) {
			twinsOnCounter(t, map[string]string{"sim1": id}, func(t *testing.T, bus *simulated.Bus, rack *instruments.Rack) {
				plugTwin(t, bus, id, simulated.Options{})
				time.Sleep(20 * time.Second)
				synctest.Wait()
				recordings, others := 0, 0
				err := rack.Recall(t.Context(), rack.Attached()[0].ID, instruments.Job{}, func(e instruments.Event) {
					switch e.(type) {
					case *instruments.Recording:
						recordings++
					case *instruments.Progress:
					default:
						others++
					}
				})
				if instruments.CodeOf(err) != want || (recordings > 0) != (want == "") || others > 0 {
					t.Errorf("%d recordings, %d other events, %v", recordings, others, err)
				}
				if state := rack.Attached()[0].State; state != instruments.Ready {
					t.Errorf("afterwards it is %s", state)
				}
			})
		})
	}
}
