package fhir

// LOINCName returns the name of a LOINC code among those that this package
// writes, or "".
func LOINCName(code string) string {
	all := [][]Coding{pressurePanel, meanPressurePanel, systolic, diastolic, meanArterial, meanSystolic, meanDiastolic,
		cuffPulse, oximeterPulse, saturation, perfusion, bodyHeight}
	for _, codings := range plainCodes {
		all = append(all, codings)
	}
	for _, g := range glucoseCodes {
		all = append(all, []Coding{g.any, g.fasting})
	}
	for _, codings := range all {
		for _, c := range codings {
			if c.System == loinc && c.Code == code {
				return c.Display
			}
		}
	}
	return ""
}
