package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/manual"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/vitals"
)

// observed is the observation of what a driver reads from its twin.
func observed(t *testing.T, id string) (o records.Observation) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		twin, err := simulated.New(id, simulated.Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = twin.Run(ctx, wire)
		}()
		d, _ := catalogue.Find(id)
		err = d.Measure(ctx, host, instruments.Job{Since: time.Now().Add(-time.Minute)}, func(e instruments.Event) {
			r, ok := e.(*instruments.Reading)
			if !ok {
				return
			}
			o = records.Observation{
				ID: records.NewID(), Panel: r.Panel, Values: r.Values, Taken: r.Taken, State: records.Confirmed,
				Origin: records.Origin{Driver: id, DriverVersion: "0", Device: records.Device{Maker: "Made", Model: "Up", Serial: "S1"}},
			}
			for _, f := range r.Capture {
				o.Capture = append(o.Capture, records.WireFrame{At: f.At, Sent: f.Direction == instruments.ToInstrument, Bytes: f.Bytes})
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		host.Close()
		<-ended
	})
	return o
}

// TestRedecodeEveryModel: what a driver has read it reads again in the same
// bytes, or they are too few: of a live stream, or of a message without its
// beginning. A value that it would not read in them is found out wherever it does.
func TestRedecodeEveryModel(t *testing.T) {
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			o := observed(t, id)
			var good redecoding
			good.add(o, "UTC")
			d, _ := catalogue.Find(id)
			few := d.Model().Abilities.Live || id == "contour-serial" || id == "astm-analyser"
			if len(good.differ) > 0 || good.same+good.untold != 1 || good.untold > 0 && !few {
				t.Fatalf("%+v", good)
			}
			o.Values = append(vitals.Values(nil), o.Values...)
			o.Values[0].Quantity.Value = vitals.Int(o.Values[0].Quantity.Value.Int() + 1)
			var planted redecoding
			planted.add(o, "UTC")
			if good.same == 1 && len(planted.differ) != 1 {
				t.Errorf("a wrong value is not found: %+v", planted)
			}
		})
	}
}

// TestRedecode: a bug of a driver was mended, and the records are asked what it
// had made of them. Values of a wire alone are listed, with what is read today.
func TestRedecode(t *testing.T) {
	data := t.TempDir()
	right, wrong, changed := observed(t, "onetouch-ultra2"), observed(t, "suntech-advantage"), observed(t, "taidoc-td42xx")
	was := quantities(wrong.Values)
	wrong.Values = append(vitals.Values(nil), wrong.Values...)
	wrong.Values[0].Quantity = vitals.Of(199, vitals.MmHg) // what the driver before had made of the bytes
	changed.State, changed.Values = records.Amended, vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(99, vitals.MgPerDL)}}
	changed.Correction = records.Correction{Reason: "typing"}
	byHand := records.Observation{
		ID: records.NewID(), Panel: vitals.BodyWeight, Taken: noon, State: records.Confirmed, Origin: records.Origin{EnteredBy: "Ada", Driver: manual.ModelID, DriverVersion: "1", Device: records.Device{Maker: "Made", Model: "By hand"}},
		Values: vitals.Values{{Measure: vitals.Weight, Quantity: vitals.Of(70, vitals.Kilogram)}},
	}
	store, err := site.OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon.Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	e := &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: noon, Ended: noon.Add(time.Minute), Zone: "UTC", Language: "en",
		Place: site.DefaultProfile().Place(), Observations: []records.Observation{right, wrong, changed, byHand},
	}
	if err := store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	store.Close()
	o := run(t, "", "redecode", "--data", data)
	if o.code != ExitFailed || !strings.Contains(o.stdout, "1 read the same, 1 otherwise; 0 do not tell enough alone, 1 were changed by staff, 1 have no bytes") {
		t.Errorf("%+v", o)
	}
	for _, want := range []string{string(wrong.ID), "199 mmHg", "suntech-advantage 0 -> 1"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("%q is not in %s", want, o.stdout)
		}
	}
	o = run(t, "", "redecode", "--data", data, "--json")
	var listed []redecoded
	if err := json.Unmarshal([]byte(o.stdout), &listed); err != nil || len(listed) != 1 || listed[0].Observation != wrong.ID || quantities(listed[0].Now) != was {
		t.Errorf("%v: %s", err, o.stdout)
	}
	if o := run(t, "", "redecode", "--data", data, "--since", "2026-03-02"); o.code != ExitOK {
		t.Errorf("nothing since then: %+v", o)
	}
	if o := run(t, "", "audit", "list", "--data", data); strings.Count(o.stdout, "record.export") != 3 {
		t.Errorf("not on record: %+v", o)
	}
}
