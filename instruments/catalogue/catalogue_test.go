package catalogue_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/checksum"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// TestEveryModelIsDescribed: the rack, the command line and every record rely
// on these fields.
func TestEveryModelIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	measured := map[vitals.Panel]bool{}
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		if m.ID == "" || m.Maker == "" || m.Name == "" || m.Version == "" || m.Evidence == "" {
			t.Errorf("incomplete: %+v", m)
		}
		if m.Checksum != "" && checksum.Bits(m.Checksum) == 0 {
			t.Errorf("%s: nobody knows what a %s finds", m.ID, m.Checksum)
		}
		if seen[m.ID] {
			t.Errorf("%s is there twice", m.ID)
		}
		if m.Line.Baud <= 0 || m.Line.DataBits < 7 || m.Line.DataBits > 8 || len(m.Adapters) == 0 {
			t.Errorf("%s: line %s, %d adapters", m.ID, m.Line, len(m.Adapters))
		}
		for _, a := range m.Adapters {
			if len(a.VID) != 4 || len(a.PID) != 4 {
				t.Errorf("%s: adapter %s:%s", m.ID, a.VID, a.PID)
			}
		}
		if _, ok := d.(instruments.Decoder); !ok {
			t.Errorf("%s cannot decode a capture", m.ID)
		}
		seen[m.ID], measured[m.Panel] = true, true
	}
	for _, p := range vitals.Panels() {
		if !measured[p] {
			t.Errorf("nothing measures %s", p)
		}
	}
}

func TestFind(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		if got, ok := catalogue.Find(d.Model().ID); !ok || got.Model().ID != d.Model().ID {
			t.Errorf("%s is not found", d.Model().ID)
		}
	}
	if _, ok := catalogue.Find("crystal-ball"); ok {
		t.Error("found what does not exist")
	}
}

// TestEveryModelHasATwin: what cannot be simulated cannot be tried, and a twin
// on another line than its model's would hear noise.
func TestEveryModelHasATwin(t *testing.T) {
	models := map[string]instruments.Line{}
	for _, d := range catalogue.Drivers() {
		models[d.Model().ID] = d.Model().Line
	}
	for _, id := range simulated.Twins() {
		line, ok := models[id]
		if !ok {
			t.Errorf("the twin %s imitates nothing", id)
			continue
		}
		twin, err := simulated.New(id, simulated.Options{})
		if err != nil {
			t.Fatal(err)
		}
		line.LinesLow = twin.Line().LinesLow // twins have no modem lines
		if twin.Model() != id || twin.Line() != line {
			t.Errorf("%s: the twin is a %s on %s, the model is on %s", id, twin.Model(), twin.Line(), line)
		}
		delete(models, id)
	}
	for id := range models {
		t.Errorf("%s has no twin", id)
	}
}
