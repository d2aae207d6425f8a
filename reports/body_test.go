package reports

import (
	"strings"
	"testing"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestUnjudgedPanels are printed with their number and no range, and with no
// advice: nothing of ours judges them. What was entered by hand says so.
func TestUnjudgedPanels(t *testing.T) {
	w := newWorld(t)
	for lang, names := range map[string][]string{
		"en": {"Weight", "Ketones in the blood", "Uric acid in the blood", "Total cholesterol", "Share of red blood cells", "Long-term blood sugar"},
		"fr": {"Poids"},
		"es": {"Peso"},
	} {
		d := w.data(lang)
		at := visitStart
		for i, v := range []vitals.Value{
			of(vitals.Weight, 72, vitals.Kilogram), of(vitals.Ketone, 1, vitals.MmolPerL),
			of(vitals.Urate, 5, vitals.MgPerDL), of(vitals.TotalCholesterol, 187, vitals.MgPerDL),
			of(vitals.PackedCells, 42, vitals.Percent), of(vitals.HbA1c, 6, vitals.Percent),
		} {
			panel := vitals.AllPanels()[4+i]
			d.Encounter.Observations = append(d.Encounter.Observations, w.observe(t, "0"+string(rune('1'+i)), panel, at, "", v))
		}
		d.Encounter.Observations[0].Origin = records.Origin{
			EnteredBy: "Nurse Okafor", Device: records.Device{Model: "entered by hand"}, Driver: "manual", DriverVersion: "1",
		}
		text := allText(pagesOf(t, d))
		for _, want := range append(names, "72", "kg", "187", "Nurse Okafor") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not printed", lang, want)
			}
		}
		for _, never := range []string{"care team", "entered by hand, serial", "manual 1"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: %q is printed", lang, never)
			}
		}
	}
}

// TestTemperature is printed with its range and what to do.
func TestTemperature(t *testing.T) {
	w := newWorld(t)
	d := w.data("en")
	d.Encounter.Observations = append(d.Encounter.Observations,
		w.observe(t, "01", vitals.BodyTemperature, visitStart, "", of(vitals.Temperature, 39, vitals.Celsius)))
	text := allText(pagesOf(t, d))
	for _, want := range []string{"Temperature", "39", "Raised range", "Your temperature is higher than usual.", "Contact your clinic this week"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not printed", want)
		}
	}
}

// TestForgotten: the paper of a guest says in every language that nothing is
// kept, and no other paper does.
func TestForgotten(t *testing.T) {
	w := newWorld(t)
	for _, lang := range w.catalogue.Langs() {
		for _, on := range []Paper{A4, Receipt} {
			d := w.data(lang.Tag())
			d.Paper, d.Encounter.Patient = on, nil
			said := func() int { return len(strings.Fields(allText(pagesOf(t, d)))) }
			before := said()
			d.Forgotten = true
			if more := said() - before; more < len(strings.Fields(lang.T(words.FinishGuest))) {
				t.Errorf("%s on %v: %d words more", lang.Tag(), on, more)
			}
			if n := len(pagesOf(t, d)); on == A4 && n != 1 {
				t.Errorf("%s: %d pages", lang.Tag(), n)
			}
		}
	}
}
