package words

import "slices"

// internalFault is the code whose words stand in for a code nobody has worded.
const internalFault = "internal"

// FaultCodes lists the fault codes of instruments that have words. The
// instruments package uses the same strings.
func FaultCodes() []string {
	return []string{
		"no-answer", "unplugged", "port-busy", "permission", "garbled", "wrong-model",
		"out-of-order", "low-battery", "low-power", "locked-out", "not-clean", "one-person", "finger-out", "weak-signal", "unstable",
		"cuff-loose", "hose-blocked", "movement", "no-pulse", "out-of-range",
		"implausible", "too-long", "overpressure", "stopped", "abort-unconfirmed",
		"no-new-result", "already-saved", "several-results", "control-solution", "clock-unset",
		"damaged-record", "not-glucose", "other-person", "above-range", "below-range", internalFault,
	}
}

// FaultTitle is what happened, in a few words. A code that is not in
// FaultCodes gets the words of "internal".
func FaultTitle(code string) Key { return faultKey(code, "title") }

// FaultRemedy is the one thing to do about it.
func FaultRemedy(code string) Key { return faultKey(code, "remedy") }

// PanelName is what was measured, as results and summaries call it.
func PanelName(panel string) Key {
	names := map[string]Key{
		"blood-pressure": ChooseBP, "oximetry": ResultOxygen, "blood-glucose": ResultGlucose,
		"body-temperature": ChooseTemperature, "body-weight": ChooseWeight, "blood-ketone": ResultKetone,
		"uric-acid": ResultUrate, "cholesterol": ResultCholesterol, "haematocrit": ResultHaematocrit, "hba1c": ResultHbA1c,
	}
	if name, ok := names[panel]; ok {
		return name
	}
	return ResultYourReading
}

// FaultWords are the title and the remedy of a fault where a panel has words of
// its own for it: nobody can put a strip into a scale.
func FaultWords(panel, code string) (title, remedy Key, ok bool) {
	switch panel + " " + code {
	case "body-weight no-new-result":
		return MeasureWeightStepOff, PrepareWeightEmpty, true
	case "body-weight unstable":
		return FaultTitle(code), MeasureWeightStill, true
	case "body-temperature no-new-result":
		return MeasureTemperatureBack, PrepareTemperatureCover, true
	case "body-temperature unstable":
		return FaultTitle(code), MeasureTemperatureHold, true
	}
	return "", "", false
}

// SignalName is how good a signal is, by how many of four bars it has.
func SignalName(bars int) Key {
	switch {
	case bars < 1:
		return MeasureSpO2SignalNone
	case bars == 1:
		return MeasureSpO2SignalWeak
	case bars < 4:
		return MeasureSpO2SignalFair
	}
	return MeasureSpO2SignalGood
}

// FlagNote is the sentence for a caution that a value carries, by the name that
// the records have for it, or false for one that nobody has worded.
func FlagNote(flag string) (Key, bool) {
	notes := map[string]Key{
		"irregular-pulse": ResultNoteIrregular, "pulse-unlike-wave": ResultNoteWave, "movement": ResultNoteMovement,
		"low-perfusion": ResultNoteWeakSignal, "pulse-pressure": ResultNotePressures,
		"stored": ResultNoteStored, "clock-doubt": ResultNoteClock,
		"back-entered": ResultNoteBackEntered, "time-doubt": ResultNoteTime,
		"control-overridden": ResultNoteOverridden,
	}
	key, ok := notes[flag]
	return key, ok
}

func faultKey(code, part string) Key {
	if !slices.Contains(FaultCodes(), code) {
		code = internalFault
	}
	return Key("fault." + code + "." + part)
}

// BandIDs lists the ids of the ranges that have words, as the guidelines name
// them.
func BandIDs() []string {
	return []string{
		"bp.normal", "bp.elevated", "bp.stage1", "bp.stage2", "bp.severe",
		"bp.non-elevated", "bp.esc-elevated", "bp.hypertension", "bp.prompt-check", "bp.low",
		"spo2.usual", "spo2.low", "spo2.very-low",
		"glucose.very-low", "glucose.low", "glucose.not-raised", "glucose.raised",
		"glucose.diabetes-range", "glucose.no-band", "glucose.high-today", "glucose.very-high",
		"pulse.very-slow", "pulse.slow", "pulse.usual", "pulse.raised", "pulse.very-fast",
		"temperature.very-low", "temperature.usual", "temperature.raised", "temperature.very-high",
	}
}

// Band is the name of a range. An id that is not in BandIDs gets the sentence
// that no range is shown, never the name of another range.
func Band(id string) Key { return bandKey("band.", id) }

// Meaning is what it says that a reading lies in the range. Unknown ids as for
// Band.
func Meaning(id string) Key { return bandKey("meaning.", id) }

func bandKey(family, id string) Key {
	if !slices.Contains(BandIDs(), id) {
		return ResultNoBand
	}
	return Key(family + id)
}

// highestTier is the emergency.
const highestTier = 4

// NextTier is the advice for a tier, 0 (usual range) to 4 (emergency; needs
// number). A tier outside these gets the most careful advice.
func NextTier(tier int) Key {
	if tier < 0 || tier > highestTier {
		tier = highestTier
	}
	return Key("next.tier" + string(rune('0'+tier)))
}
