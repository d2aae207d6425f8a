package vitals

// pulseTolerance is by how many beats a minute two witnesses of one pulse may
// differ.
const pulseTolerance = 10

// Pulses are the witnesses that a reading has for a pulse: its value, and the rate
// at which the wave that it was made of beat by itself, which may be zero.
func Pulses(vs Values, wave Quantity) []Quantity {
	var all []Quantity
	if q, ok := vs.Get(Pulse); ok {
		all = append(all, q)
	}
	if wave.Unit == PerMinute {
		all = append(all, wave)
	}
	return all
}

// PulsesDiffer reports whether any two witnesses of one pulse, one from each
// list, disagree.
func PulsesDiffer(a, b []Quantity) bool {
	for _, x := range a {
		for _, y := range b {
			if diff := x.Value.Int() - y.Value.Int(); diff > pulseTolerance || diff < -pulseTolerance {
				return true
			}
		}
	}
	return false
}
